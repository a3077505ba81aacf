import type { RunFailure } from '../../../engine/lineage/index.ts';
import { builder } from '../builder.ts';
import { type FailureGroup, FailureRef } from '../refs.ts';

builder.objectType(FailureRef, {
  description: 'Failures of one node with one cause.',
  fields: (t) => ({
    node: t.exposeString('node'),
    reason: t.exposeString('reason'),
    count: t.exposeInt('count'),
    example: t.field({
      type: 'Digest',
      nullable: true,
      description: 'Key of one of the samples; null when the node as a whole failed.',
      resolve: (group) => group.example,
    }),
  }),
});

/** One group for each node and cause, the most frequent first. Numbers in a reason don't make it another cause. */
export function groupFailures(failures: readonly RunFailure[]): FailureGroup[] {
  const groups = new Map<string, FailureGroup>();
  for (const { node, reason, key } of failures) {
    const cause = `${node}\n${reason.replace(/\d+/g, '#')}`;
    const group = groups.get(cause);
    if (group) group.count++;
    else groups.set(cause, { node, reason, count: 1, example: key });
  }
  return [...groups.values()].sort((a, b) => b.count - a.count);
}
