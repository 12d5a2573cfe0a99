/** How many typing errors (a letter added, left out or replaced, or two swapped) separate two words. */
function distance(from: string, to: string): number {
  let [before, row]: [number[], number[]] = [[], Array.from({ length: to.length + 1 }, (_, index) => index)];
  const cell = (cells: readonly number[], index: number) => cells[index] ?? Number.POSITIVE_INFINITY;
  for (let line = 1; line <= from.length; line += 1) {
    const next = [line];
    for (let column = 1; column <= to.length; column += 1) {
      const same = from[line - 1] === to[column - 1];
      const swapped = from[line - 1] === to[column - 2] && from[line - 2] === to[column - 1];
      next.push(
        Math.min(
          cell(row, column - 1) + (same ? 0 : 1),
          cell(row, column) + 1,
          cell(next, column - 1) + 1,
          swapped ? cell(before, column - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    [before, row] = [row, next];
  }
  return cell(row, to.length);
}

/** The name that a mistyped one most likely stands for; undefined if none is close. Pure. */
export function nearestName(word: string, names: readonly string[]): string | undefined {
  const plain = (name: string) => name.toLowerCase().replaceAll(/[-_]/g, '');
  const ranked = names
    .map((name) => ({ name, changes: distance(plain(word), plain(name)) }))
    .toSorted((a, b) => a.changes - b.changes);
  const [best] = ranked;
  return best && best.changes <= Math.max(1, Math.floor(word.length / 3)) ? best.name : undefined;
}
