import type { RowRef, ScoreRef } from '../compute/order.ts';
import type { HandlePart } from '../plan/handles.ts';
import type { Tx } from './db.ts';
import { nodeRowPages, nodeScorePages } from './node-row-pages.ts';

/** All of `nodeRowPages` at once. @throws NODE_NOT_FOUND */
export const nodeRows = (db: Tx, runId: string, parts: readonly HandlePart[]): Promise<RowRef[]> =>
  all(nodeRowPages(db, runId, parts));

/** All of `nodeScorePages` at once. @throws NODE_NOT_FOUND */
export const nodeScores = (db: Tx, runId: string, parts: readonly HandlePart[]): Promise<ScoreRef[]> =>
  all(nodeScorePages(db, runId, parts));

async function all<R>(pages: AsyncIterable<R[]>): Promise<R[]> {
  const found: R[] = [];
  for await (const page of pages) for (const row of page) found.push(row);
  return found;
}
