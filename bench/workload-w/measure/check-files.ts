import { existsSync, readFileSync } from 'node:fs';
import { outputContent, outputPath } from '../output-file.ts';

export interface Checked {
  filesMissing: number;
  filesWrong: number;
  reduceRuns: number;
  summaryLast: number | null;
  right: boolean;
}

/** All 3 N files with the right content, and a last summary that counted them. */
export function checkFiles(root: string, n: number, param: string): Checked {
  let filesMissing = 0;
  let filesWrong = 0;
  for (let batch = 0; batch < n; batch++) {
    for (let hop = 1; hop <= 3; hop++) {
      const path = `${root}/${outputPath(batch, hop)}`;
      if (!existsSync(path)) filesMissing++;
      else if (readFileSync(path, 'utf8') !== outputContent(batch, hop, hop === 3 ? param : 'a')) filesWrong++;
    }
  }
  const summaries = existsSync(`${root}/summary`) ? readFileSync(`${root}/summary`, 'utf8').trim().split('\n') : [];
  const summaryLast = summaries.length > 0 ? Number(summaries.at(-1)) : null;
  const right = filesMissing === 0 && filesWrong === 0 && summaryLast === 3 * n;
  return { filesMissing, filesWrong, reduceRuns: summaries.length, summaryLast, right };
}
