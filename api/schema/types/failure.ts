import { failureRemedy } from '../../../engine/runs/failure-remedy.ts';
import { builder } from '../builder.ts';
import { connectionType } from '../connection-type.ts';
import { FailureRef } from '../refs.ts';

builder.objectType(FailureRef, {
  description: 'Failures of one node with one cause.',
  fields: (t) => ({
    node: t.exposeString('node'),
    cause: t.exposeString('cause', { description: "The error's code; without one, the reason less its keys and numbers." }),
    count: t.exposeInt('count'),
    reason: t.string({ description: 'In the words of one of them.', resolve: ({ example }) => example.reason }),
    example: t.field({
      type: 'Digest',
      nullable: true,
      description: 'Key of that one; null when a task or the node as a whole failed.',
      resolve: ({ example }) => example.key,
    }),
    remedy: t.string({ description: 'What helps.', resolve: (group) => failureRemedy(group, group.runId) }),
  }),
});

export const FailureConnection = connectionType('Failure', FailureRef);
