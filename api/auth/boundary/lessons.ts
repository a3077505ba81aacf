import { type Asked, relayId } from './asked.ts';

/** What each argument of the schema means, so that a question can be about somebody else's things: by `name: NamedType`, or by
 *  `Coordinate.name: NamedType` where a name means different things. Several values are asked one after the other. */
const LESSONS: Record<string, (asked: Asked) => unknown[]> = {
  'id: ID': ({ run, sample, root }) => [run, relayId('Run', run), relayId('Sample', sample), relayId('Sample', root)],
  'ids: ID': ({ run, sample, own }) => [
    [relayId('Run', run), relayId('Sample', sample)],
    [run, run],
    ...(own ? [[own, run]] : []),
  ],
  'runId: ID': ({ run }) => [run, relayId('Run', run)],
  'runIds: ID': ({ run }) => [[run]],
  'key: Digest': ({ sample, root, score, outcome }) => [sample, root, score, outcome],
  'sample: Digest': ({ sample, root }) => [sample, root],
  'model: Digest': ({ artifact }) => [artifact],
  'digest: Digest': ({ artifact }) => [artifact],
  'dataset: Digest': ({ plan }) => [plan],
  'teacher: Digest': ({ outcome }) => [outcome],
  'checkpoint: Digest': ({ outcome }) => [outcome],
  'sampleByPrefix.prefix: String': ({ sample }) => [sample.slice(0, 12)],
  'RunFilter.prefix: String': ({ run }) => [run.slice(0, 12)],
  'prompt: String': ({ text }) => [text],
  'text: String': ({ text }) => [text],
  'label: String': ({ label }) => [label],
  'labels: LabelFilter': ({ label }) => [[{ name: 'of', value: label }]],
  'labels: LabelInput': ({ label }) => [[{ name: 'of', value: label }]],
  'project: String': ({ project }) => [project],
  'pipeline: String': ({ pipeline }) => [pipeline, 'toy'],
  'idempotencyKey: String': ({ idempotencyKey }) => [idempotencyKey],
  'tokenId: String': ({ token }) => [token],
  'after: EventCursor': ({ event }) => [event],
  'whatIf.node: String': () => ['keep'],
  'node: String': () => ['hop1', 'keep'],
  'fromNode: String': () => ['hop1'],
  'name: String': () => ['boundary'],
  'reason: String': () => ['asked by a stranger'],
  'types: String': () => [['run.created']],
  'slice: String': () => ['all'],
  'scores: String': () => ['judge'],
  'rule: SelectionRuleInput': () => [{ threshold: 1000 }, { keepPerInstance: 1, worst: true, scores: 'judge' }],
  'params: JSON': () => [{}],
  'datasets: JSON': ({ plan, pipeline }) => [{ toy: plan }, { toy: pipeline }],
  // Registered things are everybody's, and so is what the project declares.
  'profile: String': () => ['tiny'],
  'dataset: String': () => ['toy'],
  'model: String': () => ['tiny-t2i'],
  'input: RetractInput': ({ sample, root, text }) => [
    { sample, dryRun: true },
    { sample, reason: 'asked by a stranger' },
    { sample, withdraw: true },
    { sample: root, dryRun: true },
    { prompt: text, dryRun: true },
    { dataset: 'toy', dryRun: true },
  ],
  'models: JSON': ({ artifact }) => [{ generator: artifact }],
};

/** Values of these types say nothing of anything that is stored. */
const PLAIN: Record<string, unknown[]> = {
  Int: [1],
  Float: [0.5],
  Boolean: [true, false],
  DateTime: ['2020-01-01T00:00:00.000Z'],
};

/** Values that were taught, if any were: of an input object such as make sense together, besides each of its fields alone. */
export function taughtValues({ owner, name, type }: Place, asked: Asked): unknown[] | undefined {
  const lesson = LESSONS[`${owner}.${name}: ${type}`] ?? LESSONS[`${name}: ${type}`];
  return lesson?.(asked);
}

/** Where a value goes: the field or input object that takes it, its name and its type's. */
export interface Place {
  owner: string;
  name: string;
  type: string;
  enumValues?: readonly string[];
}

/** The values of an argument or input field. @throws saying what to teach, for what is new */
export function valuesOf(place: Place, asked: Asked): unknown[] {
  const { owner, name, type, enumValues } = place;
  const taught = taughtValues(place, asked);
  if (taught) return taught;
  if (enumValues) return [...enumValues];
  if (PLAIN[type]) return PLAIN[type];
  throw new Error(
    `api/auth/boundary/lessons.ts must know what \`${owner}.${name}: ${type}\` names: add '${name}: ${type}' to LESSONS, with a value of another project's (or a constant, where it names nothing that is stored)`,
  );
}
