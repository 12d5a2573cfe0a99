/** Runs a step and returns the milliseconds that it took. */
export async function timed(step: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await step();
  return Math.round(performance.now() - begun);
}
