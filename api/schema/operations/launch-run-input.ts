import type { JsonObject } from '../../../engine/plan/json.ts';
import { paramsInvalid, type Violation } from '../../../engine/plan/params-invalid.ts';
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

/** The engine's input of GraphQL's: absent where null. @throws PARAMS_INVALID when params, datasets or models are no object of what they shall
 *  hold; FORBIDDEN for a project that isn't the token's own. */
export function toLaunchInput(input: typeof LaunchRunInputRef.$inferInput, viewer: Viewer): LaunchInput {
  const { params, labels, datasets, models, ...rest } = input;
  const violations = [
    ...(params == null || isObject(params) ? [] : [{ path: 'params', message: `must be an object, got ${shown(params)}` }]),
    ...namesViolations('datasets', datasets),
    ...namesViolations('models', models),
  ];
  if (violations.length > 0) throw paramsInvalid(`pipeline ${JSON.stringify(input.pipeline)}`, violations);
  const given = Object.fromEntries(
    Object.entries({ ...rest, project: ownProject(viewer, rest.project) }).filter(([, value]) => value != null),
  ) as Partial<LaunchInput>;
  return {
    ...given,
    pipeline: input.pipeline,
    ...(params == null ? {} : { params: params as JsonObject }),
    ...(datasets == null ? {} : { datasets: datasets as Record<string, string> }),
    ...(models == null ? {} : { models: models as Record<string, string> }),
    ...(labels == null ? {} : { labels: toLabels(labels) }),
  };
}

/** By name; of one that is given twice the last. */
export const toLabels = (labels: readonly { name: string; value: string }[]): Record<string, string> =>
  Object.fromEntries(labels.map(({ name, value }) => [name, value]));

function namesViolations(path: string, given: unknown): Violation[] {
  if (given == null) return [];
  if (!isObject(given)) return [{ path, message: `must be an object of names, got ${shown(given)}` }];
  return Object.entries(given).flatMap(([name, value]) =>
    typeof value === 'string' && value !== ''
      ? []
      : [{ path: `${path}.${name}`, message: `must be a name or a digest, got ${shown(value)}` }],
  );
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const shown = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 100);
