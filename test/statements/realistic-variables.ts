import { Kind, type TypeNode } from 'graphql';
import { cancelRun, pauseRun, resumeRun } from '../../engine/runs/index.ts';
import type { ClientDocument } from './client-documents.ts';
import type { GrownHouse, Round } from './grown-house.ts';

/** What each variable of that name holds, whichever operation has it. */
const byName: Record<string, (round: Round) => unknown> = {
  id: ({ runId }) => runId,
  runId: ({ runId }) => runId,
  ids: ({ runIds }) => runIds,
  key: ({ root }) => root,
  prefix: ({ root }) => root.slice(0, 20),
  first: ({ rows }) => rows,
  node: () => 'keep',
  names: () => ['count'],
  rule: () => ({ share: 0.5 }),
  maxHops: () => 20,
  tokenId: ({ tokenId }) => tokenId,
};

/** What an operation means by its variables, where that is something else. */
const byOperation: Record<string, (round: Round) => object> = {
  CancelRun: ({ working }) => ({ runId: working, reason: 'a test' }),
  CancelRuns: ({ bulk }) => ({ filter: { labels: [bulk.label] }, reason: 'a test' }),
  CreateToken: () => ({ input: { name: 'asked for', scope: 'READ' } }),
  LabelRun: ({ rows }) => ({ labels: Array.from({ length: Math.min(rows, 60) }, (_, at) => ({ name: `n${at}`, value: 'v' })) }),
  LaunchRun: ({ dataset }) => ({ input: { pipeline: 'toy', seed: 1, params: { dataset, keep: 1 } } }),
  Model: ({ model }) => model,
  PauseRun: ({ pausing }) => ({ runId: pausing }),
  PlanRun: ({ dataset }) => ({ input: { pipeline: 'toy', seed: 4, params: { dataset } } }),
  Rerun: () => ({ strategy: 'FROM_NODE', fromNode: 'keep' }),
  ResumeRun: ({ working }) => ({ runId: working }),
  ResumeRuns: ({ bulk }) => ({ filter: { labels: [bulk.label] } }),
  Retract: ({ child }) => ({ input: { sample: child, reason: 'a test' } }),
  SampleUp: ({ child }) => ({ prefix: child.slice(0, 20) }),
  Samples: ({ runId }) => ({ filter: { runId, node: 'keep' } }),
  UnpauseRun: ({ pausing }) => ({ runId: pausing }),
  Verification: ({ verifying }) => ({ id: verifying }),
  VerifyRun: () => ({ share: 0.01 }),
  '02-launch.graphql': ({ dataset }) => ({ input: { pipeline: 'toy', seed: 1, params: { dataset, keep: 2 } } }),
  '03-resume-what-failed.graphql': ({ working }) => ({ runId: working }),
  '05-why-was-it-kept.graphql': ({ child }) => ({ key: child }),
  '06-ancestors.graphql': ({ child }) => ({ key: child }),
};

/** States that an operation finds: each is there for it. */
const before: Record<string, (round: Round, house: GrownHouse) => Promise<unknown>> = {
  ResumeRun: cancelled,
  '03-resume-what-failed.graphql': cancelled,
  CancelRun: running,
  UnpauseRun: ({ pausing }, { services }) => pauseRun(services, pausing),
};

async function cancelled({ working }: Round, { services, until }: GrownHouse): Promise<void> {
  await cancelRun(services, working).catch(() => undefined);
  await until(working, ['CANCELLED'], 120);
}

async function running({ working }: Round, { services, until }: GrownHouse): Promise<void> {
  await resumeRun(services, working).catch(() => undefined);
  await until(working, ['RUNNING'], 120);
}

/** Variables with which somebody would send an operation. Every one that is required must be known here. */
export async function realisticVariables({ name, operation }: ClientDocument, round: Round, house: GrownHouse): Promise<object> {
  await before[name]?.(round, house);
  const own = byOperation[name]?.(round) ?? {};
  const declared = (operation.variableDefinitions ?? []).map(({ variable, type, defaultValue }) => {
    const known = byName[variable.name.value];
    if (!(variable.name.value in own) && !known && isRequired(type) && !defaultValue)
      throw new Error(`${name}: say in realistic-variables.ts what $${variable.name.value} is`);
    return [variable.name.value, known?.(round)] as const;
  });
  return { ...Object.fromEntries(declared), ...own };
}

const isRequired = (type: TypeNode): boolean => type.kind === Kind.NON_NULL_TYPE;
