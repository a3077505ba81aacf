import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { contactSheet } from '../../ml/data/contact-sheet.ts';
import type { ApiClient } from '../client/api-client.ts';
import { readPictures } from '../story/read-pictures.ts';
import { findCandidates } from './find-candidates.ts';
import { readChain } from './read-chain.ts';
import { candidateCells, chainCells } from './sheet-cells.ts';

export interface Story {
  /** Trees in text. */
  lines: string[];
  /** The PNG with all candidates of the text and the two chains; null when there was nothing to tell. */
  sheet: string | null;
  /** Keys of the kept and the rejected sample. */
  kept: string | null;
  rejected: string | null;
}

/** One kept and one rejected picture of the same text, from the real sample on, with texts, scores and reasons. */
export async function tellStory(client: ApiClient, runId: string, node: string, folder: string): Promise<Story> {
  const candidates = await findCandidates(client, runId, node);
  const decided = candidates?.decided ?? [];
  const deepestFirst = [...decided].sort((a, b) => b.sample.depth - a.sample.depth);
  const kept = deepestFirst.find((one) => one.decision.kept)?.sample.key;
  const rejected = decided.findLast((one) => !one.decision.kept)?.sample.key;
  if (!candidates || !kept || !rejected)
    return { lines: ['(the selection kept or rejected nothing)'], sheet: null, kept: null, rejected: null };
  const judge = { runId: candidates.runId, node };
  const keptChain = await readChain(client, kept, judge, 'second row of the sheet');
  const rejectedChain = await readChain(client, rejected, judge, 'third row of the sheet');
  const samples = [...keptChain.samples, ...rejectedChain.samples, ...decided.map(({ sample }) => sample)];
  const pictures = await readPictures(client, samples);
  const rows = [
    candidateCells(candidates, pictures),
    chainCells(keptChain.samples, pictures),
    chainCells(rejectedChain.samples, pictures),
  ];
  await mkdir(folder, { recursive: true });
  const sheet = join(folder, `demo-${runId}.png`);
  await writeFile(sheet, await contactSheet(rows));
  const counts = `${decided.length} candidates, ${decided.filter((one) => one.decision.kept).length} kept`;
  return {
    lines: [
      `The text "${candidates.text}": ${counts}. One that was kept:`,
      keptChain.tree,
      'One that was not:',
      rejectedChain.tree,
    ],
    sheet,
    kept,
    rejected,
  };
}
