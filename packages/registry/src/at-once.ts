import pLimit from 'p-limit';

/** How many requests go to registries at the same time; more is answered with 429 sooner than faster. */
const limit = 6;

/** Runs `use` on every item, several at a time, and returns the results in the items' order. */
export async function atOnce<T, R>(items: readonly T[], use: (item: T) => Promise<R>): Promise<R[]> {
  return pLimit(limit).map(items, use);
}
