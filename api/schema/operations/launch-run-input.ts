import type { LaunchInput } from '../../../engine/runs/index.ts';
import { ownProject } from '../../auth/own-project.ts';
import { builder } from '../builder.ts';
import type { Viewer } from '../viewer.ts';

export const LabelInputRef = builder.inputType('LabelInput', {
  fields: (t) => ({ name: t.string({ required: true }), value: t.string({ required: true }) }),
});

export const LaunchRunInputRef = builder.inputType('LaunchRunInput', {
  fields: (t) => ({
    pipeline: t.string({ required: true }),
    params: t.field({ type: 'JSON', description: 'An object; `profile` picks a profile, the rest overrides it.' }),
    datasets: t.field({
      type: 'JSON',
      description:
        'Other versions than the latest: by the name of a dataset that the pipeline uses with these params, the name or digest of the one to use.',
    }),
    models: t.field({ type: 'JSON', description: 'The same for models, by the name that a node gives for a role.' }),
    seed: t.int({ description: 'Default 0.' }),
    project: t.string({ description: "Default `default`; of a project's token: that project." }),
    labels: t.field({ type: [LabelInputRef] }),
    priority: t.int({ description: '1 (first) to 5. Default 3.' }),
    idempotencyKey: t.string({ description: 'Launching twice with the same key gives the same run.' }),
  }),
});

/** The engine's input of GraphQL's: absent where null. What JSON holds is looked at with everything else, by the engine.
 *  @throws FORBIDDEN for a project that isn't the token's own */
export function toLaunchInput(input: typeof LaunchRunInputRef.$inferInput, viewer: Viewer): LaunchInput {
  const { labels, ...rest } = input;
  const given = Object.entries({ ...rest, project: ownProject(viewer, rest.project), labels: labels && toLabels(labels) });
  return { ...Object.fromEntries(given.filter(([, value]) => value != null)), pipeline: input.pipeline };
}

/** By name; of one that is given twice the last. */
export const toLabels = (labels: readonly { name: string; value: string }[]): Record<string, string> =>
  Object.fromEntries(labels.map(({ name, value }) => [name, value]));
