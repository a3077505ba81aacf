/** A text in lines of at most `columns` characters, broken at blanks; a longer word is cut. The last of `most` lines ends with an ellipsis
 *  where there is more. */
export function wrapText(text: string, columns: number, most = Number.POSITIVE_INFINITY): string[] {
  const width = Math.max(2, columns);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter(Boolean)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
    for (; line.length > width; line = line.slice(width)) lines.push(line.slice(0, width));
    if (lines.length > most) break;
  }
  if (line !== '') lines.push(line);
  if (lines.length <= most) return lines;
  const shown = lines.slice(0, most);
  return [...shown.slice(0, -1), `${shown.at(-1)!.slice(0, width - 1)}…`];
}
