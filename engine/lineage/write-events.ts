import type { JsonObject } from '../plan/json.ts';
import { jsonb } from './column-values.ts';
import type { Tx } from './db.ts';

export const EVENT_TYPES = [
  'run.created',
  'run.state',
  'run.planned',
  'run.labelled',
  'run.retraction',
  'node.state',
  'node.progress',
  'task.committed',
  'task.failed',
  'divergence',
  'artifact.remade',
  'verification',
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

export interface NewEvent {
  runId: string;
  type: EventType;
  payload: JsonObject;
}

/** Where readers are woken; the payload is the run's id. */
export const EVENT_CHANNEL = 'hopline_events';

/** Changes that somebody waits for. Each comes a few times a run; what every commit tells is found by the reader's next look. NOTIFY takes a
 *  lock of the whole cluster until the commit is on disk: told by every commit, it would make them stand in line (bench/events). */
const WAKING: ReadonlySet<EventType> = new Set(['run.created', 'run.state', 'run.planned', 'node.state']);

/** Puts events into the outbox. They are seen when the transaction of `tx` commits, and only then. */
export async function writeEvents(tx: Tx, events: readonly NewEvent[]): Promise<void> {
  if (!events.length) return;
  const insert = 'INSERT INTO event (run_id, type, payload) SELECT * FROM unnest($1::text[], $2::text[], $3::jsonb[])';
  const values = [
    events.map((event) => event.runId),
    events.map((event) => event.type),
    events.map((event) => jsonb(event.payload)),
  ];
  const awaited = new Set(events.filter(({ type }) => WAKING.has(type)).map(({ runId }) => runId));
  if (awaited.size === 0) await tx.query(insert, values);
  else
    await tx.query(`WITH written AS (${insert}) SELECT pg_notify('${EVENT_CHANNEL}', run_id) FROM unnest($4::text[]) AS run_id`, [
      ...values,
      [...awaited],
    ]);
}
