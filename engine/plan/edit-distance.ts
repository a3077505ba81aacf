/** Letters that are wrong, missing or too many in one of two words. Levenshtein 1966, by the rows of its table. */
export function editDistance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [row, letter] of [...a].entries()) {
    const next = [row + 1];
    for (let column = 0; column < b.length; column++) {
      next.push(Math.min(above[column + 1]! + 1, next[column]! + 1, above[column]! + (letter === b[column] ? 0 : 1)));
    }
    above = next;
  }
  return above[b.length]!;
}
