/** How many times longer all time limits are on this machine (ISTIO_CI_TIME_FACTOR). */
export function timeFactor(): number {
  const factor = Number(process.env.ISTIO_CI_TIME_FACTOR ?? 1);
  return Number.isFinite(factor) && factor > 0 ? factor : 1;
}
