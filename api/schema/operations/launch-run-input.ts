import { HoplineError } from '../../../engine/plan/errors.ts';
import type { JsonObject } from '../../../engine/plan/json.ts';
import type { LaunchInput } from '../../../engine/runs/index.ts';
import { ownProject } from '../../auth/own-project.ts';
import { builder } from '../builder.ts';
import type { Viewer } from '../viewer.ts';

const LabelInputRef = builder.inputType('LabelInput', {
  fields: (t) => ({ name: t.string({ required: true }), value: t.string({ required: true }) }),
});

export const LaunchRunInputRef = builder.inputType('LaunchRunInput', {
  fields: (t) => ({
    pipeline: t.string({ required: true }),
    params: t.field({ type: 'JSON', description: 'An object; `profile` picks a profile, the rest overrides it.' }),
    seed: t.int({ description: 'Default 0.' }),
    project: t.string({ description: "Default `default`; of a project's token: that project." }),
    labels: t.field({ type: [LabelInputRef] }),
    priority: t.int({ description: '1 (first) to 5. Default 3.' }),
    idempotencyKey: t.string({ description: 'Launching twice with the same key gives the same run.' }),
  }),
});

/** The engine's input of GraphQL's: absent where null. @throws PARAMS_INVALID when params are no object; FORBIDDEN for a project that isn't the
 *  token's own. */
export function toLaunchInput(input: typeof LaunchRunInputRef.$inferInput, viewer: Viewer): LaunchInput {
  const { params, labels, ...rest } = input;
  if (params != null && (typeof params !== 'object' || Array.isArray(params))) {
    throw new HoplineError('PARAMS_INVALID', `params must be an object, got ${JSON.stringify(params)}`);
  }
  const given = Object.fromEntries(
    Object.entries({ ...rest, project: ownProject(viewer, rest.project) }).filter(([, value]) => value != null),
  ) as Omit<LaunchInput, 'params' | 'labels'>;
  return {
    ...given,
    ...(params == null ? {} : { params: params as JsonObject }),
    ...(labels == null ? {} : { labels: Object.fromEntries(labels.map(({ name, value }) => [name, value])) }),
  };
}
