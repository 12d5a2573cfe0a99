/** The summary of a series of measurements, in their unit. */
export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Median, minimum and maximum of at least one value. */
export function summarize(values: readonly number[]): Summary {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  const middle = (sorted.length - 1) / 2;
  return {
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    min: at(0),
    max: at(sorted.length - 1),
  };
}

/**
 * The first divided by the second, pair by pair, with two decimals: a load that affected both cancels out.
 */
export function ratioOf(first: readonly number[], second: readonly number[]): Summary {
  return summarize(
    first.map((value, index) => Math.round((100 * value) / (second[index] ?? Number.NaN)) / 100),
  );
}
