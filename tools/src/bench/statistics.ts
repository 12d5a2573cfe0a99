/** What a series of measurements says; all in the unit of the values. */
export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Median, least and greatest of at least one value. */
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

/** How many times the second of each pair the first is, two decimals, pair by pair: a load that both met cancels out. */
export function ratioOf(first: readonly number[], second: readonly number[]): Summary {
  return summarize(
    first.map((value, index) => Math.round((100 * value) / (second[index] ?? Number.NaN)) / 100),
  );
}
