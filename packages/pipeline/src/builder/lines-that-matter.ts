/** How many lines of a failed command an error shows. */
const shown = 10;

/**
 * What compilers, Go's tests, make's recipes and shells print when something goes wrong; and where docker
 * pushed to.
 */
const trouble =
  /\b(error|errors|fatal|panic|fail(ed|ure|s)?|cannot|denied|refused|undefined|exception|no such|not found|timed out|push refers to repository)\b/i;

/** Lines that only repeat that something failed, or that nothing did. */
const noise =
  /^\s*$|^make(\[\d+\])?: (\*\*\* \[.*\] Error \d+|Leaving|Entering)|^(exit status \d+|FAIL)$|\b(0 (errors|failures|failed)|no errors)\b/i;

/**
 * The lines of a failed command's output that explain the failure, in order: the last lines about trouble,
 * each with the line before it, and the end of the output. `…` marks omitted lines. Pure.
 */
export function linesThatMatter(lines: readonly string[]): string[] {
  const said = lines.map((text, index) => ({ text, index })).filter(({ text }) => !noise.test(text));
  const troubles = said.filter(({ text }) => trouble.test(text)).slice(-(shown - 3));
  const wanted = new Set(troubles.map(({ index }) => index));
  for (const { index } of said.slice(-3)) wanted.add(index);
  for (const { index } of troubles.toReversed()) if (wanted.size < shown && index > 0) wanted.add(index - 1);
  for (const { index } of said.toReversed()) if (wanted.size < shown) wanted.add(index);
  const kept = said.filter(({ index }) => wanted.has(index));
  return kept.flatMap(({ text, index }, position) => {
    const before = kept[position - 1]?.index ?? index - 1;
    const left = said.some((line) => line.index > before && line.index < index);
    return left ? ['…', text] : [text];
  });
}
