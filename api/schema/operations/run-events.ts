import { EVENT_TYPES } from '../../../engine/lineage/write-events.ts';
import { HoplineError } from '../../../engine/plan/errors.ts';
import type { EventContext } from '../../events/event-context.ts';
import { whileAllowed } from '../../events/while-allowed.ts';
import { builder } from '../builder.ts';
import type { ApiContext } from '../context.ts';
import { RunEventRef } from '../refs.ts';
import { runIdOf } from '../run-id.ts';

builder.objectType(RunEventRef, {
  description: 'Something that happened in a run.',
  fields: (t) => ({
    runId: t.exposeString('runId'),
    cursor: t.field({ type: 'EventCursor', resolve: (event) => event.cursor }),
    type: t.exposeString('type', {
      description: `${EVENT_TYPES.map((type) => `\`${type}\``).join(', ')}.`,
    }),
    payload: t.field({
      type: 'JSON',
      description:
        'By type; `node.progress`: `{ node, state, expected, made, cached, failed, deviceSeconds }`, the counters of a node after a commit.',
      resolve: (event) => event.payload,
    }),
    at: t.field({ type: 'DateTime', resolve: (event) => event.at }),
  }),
});

/** @throws EVENT_TYPE_UNKNOWN: a misspelt type would be waited for in silence */
function eventTypes(types: readonly string[]): readonly string[] {
  const known: readonly string[] = EVENT_TYPES;
  const unknown = types.find((type) => !known.includes(type));
  if (unknown === undefined) return types;
  throw new HoplineError(
    'EVENT_TYPE_UNKNOWN',
    `runEvents.types must be among ${known.join(', ')}, got ${JSON.stringify(unknown.slice(0, 80))}`,
  );
}

builder.subscriptionType({
  fields: (t) => ({
    runEvents: t.field({
      type: RunEventRef,
      description:
        "A run's events, each once, in order, from the beginning or behind a cursor; over server-sent events each has its cursor as `id`, and a `Last-Event-ID` counts more than `after`. Ends when the run has ended and everything was told.",
      args: {
        runId: t.arg.id({ required: true }),
        after: t.arg({ type: 'EventCursor' }),
        types: t.arg.stringList({ description: 'Only events of these types. Default: all.' }),
      },
      subscribe: async (_root, { runId, after, types }, context) => {
        const { feeds, request, stillAllowed } = context as ApiContext & EventContext;
        const last = request.headers.get('last-event-id') || after;
        const wanted = { runId: runIdOf(runId), visibility: context.visibility, types: types ? eventTypes(types) : undefined };
        return whileAllowed(await feeds.subscribe({ ...wanted, after: last ?? undefined }), stillAllowed);
      },
      resolve: (event) => event,
    }),
  }),
});
