import { setTimeout as sleep } from 'node:timers/promises';
import { type Db, getRun, isFinished, type RunEvent, readEvents } from '../../../engine/lineage/index.ts';
import { builder } from '../builder.ts';
import { RunEventRef } from '../refs.ts';
import { runIdOf } from '../run-id.ts';

/** How often the outbox is read: a run of short tasks writes to it without a pause. Milliseconds. */
const POLL_INTERVAL = 300;
const PAGE = 200;

builder.objectType(RunEventRef, {
  description: 'Something that happened in a run.',
  fields: (t) => ({
    runId: t.exposeString('runId'),
    cursor: t.field({ type: 'EventCursor', resolve: (event) => event.cursor }),
    type: t.exposeString('type'),
    payload: t.field({ type: 'JSON', resolve: (event) => event.payload }),
    at: t.field({ type: 'DateTime', resolve: (event) => event.at }),
  }),
});

builder.subscriptionType({
  authScopes: { read: true },
  fields: (t) => ({
    runEvents: t.field({
      type: RunEventRef,
      description: "A run's events from the outbox, from the beginning or behind a cursor. Ends when the run has ended.",
      args: { runId: t.arg.id({ required: true }), after: t.arg({ type: 'EventCursor' }) },
      subscribe: (_root, { runId, after }, { services }) => followEvents(services.db, runIdOf(runId), after ?? undefined),
      resolve: (event) => event,
    }),
  }),
});

/** Reads the outbox until the run has ended and nothing is left. The state is read before the events, so that the last ones aren't missed.
 *  @throws RUN_NOT_FOUND */
export async function* followEvents(
  db: Db,
  runId: string,
  after: string | undefined,
): AsyncGenerator<RunEvent & { runId: string }> {
  let cursor = after;
  while (true) {
    const ended = isFinished((await getRun(db, runId)).state);
    const page = await readEvents(db, { runId, limit: PAGE, ...(cursor === undefined ? {} : { after: cursor }) });
    for (const event of page.events) yield { ...event, runId };
    cursor = page.cursor ?? cursor;
    if (ended && page.events.length === 0) return;
    if (!ended && page.events.length < PAGE) await sleep(POLL_INTERVAL);
  }
}
