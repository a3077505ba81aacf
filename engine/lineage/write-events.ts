import type { JsonObject } from '../plan/json.ts';
import { jsonb } from './column-values.ts';
import type { Tx } from './db.ts';

export type EventType =
  | 'run.created'
  | 'run.state'
  | 'run.planned'
  | 'node.state'
  | 'node.progress'
  | 'task.committed'
  | 'task.failed'
  | 'divergence'
  | 'artifact.remade'
  | 'run.labelled'
  | 'run.retraction'
  | 'verification';

export interface NewEvent {
  runId: string;
  type: EventType;
  payload: JsonObject;
}

/** Puts events into the outbox. They are seen when the transaction of `tx` commits, and only then. */
export async function writeEvents(tx: Tx, events: readonly NewEvent[]): Promise<void> {
  if (!events.length) return;
  await tx.query(`INSERT INTO event (run_id, type, payload) SELECT * FROM unnest($1::text[], $2::text[], $3::jsonb[])`, [
    events.map((event) => event.runId),
    events.map((event) => event.type),
    events.map((event) => jsonb(event.payload)),
  ]);
}
