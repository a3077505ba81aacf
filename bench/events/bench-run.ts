import { createRun, type Db } from '../../engine/lineage/index.ts';
import { type EventType, writeEvents } from '../../engine/lineage/write-events.ts';

/** A run that never does anything by itself. */
export async function benchRun(db: Db, seed: number): Promise<string> {
  const run = { pipeline: 'events', pipelineVersion: '1', params: {}, seed, codeRevision: 'bench', environment: {} };
  return (await createRun(db, run)).id;
}

/** Events as a commit writes them. */
export const write = (db: Db, runId: string, many: number, type: EventType = 'node.progress'): Promise<void> =>
  db.transaction((tx) =>
    writeEvents(
      tx,
      Array.from({ length: many }, () => ({ runId, type, payload: PROGRESS })),
    ),
  );

const PROGRESS = { node: 'hop1', state: 'RUNNING', expected: 100_000, made: 51_200, cached: 0, failed: 3, deviceSeconds: 1234.5 };
