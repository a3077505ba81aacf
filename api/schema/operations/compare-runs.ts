import {
  compareRuns,
  type MetricComparison,
  type NodeComparison,
  type RunComparison,
} from '../../../engine/lineage/compare-runs.ts';
import type { SharedItems } from '../../../engine/lineage/shared-items.ts';
import { builder } from '../builder.ts';
import { RunRef } from '../refs.ts';
import { runIdOf } from '../run-id.ts';

const ParamDifferenceRef = builder.objectRef<RunComparison['params'][number]>('ParamDifference').implement({
  fields: (t) => ({
    path: t.exposeString('path', { description: '`selection.keep`' }),
    values: t.field({
      type: 'JSON',
      description: 'A list in the order of the runs; null where a run has no such param.',
      resolve: ({ values }) => values.map((value) => value ?? null),
    }),
  }),
});

const SharedItemsRef = builder.objectRef<SharedItems>('SharedItems').implement({
  description: 'Samples or scores by key, lists in the order of the runs.',
  fields: (t) => ({
    counts: t.exposeIntList('counts'),
    shared: t.exposeInt('shared', { description: 'In all of the runs.' }),
    only: t.exposeIntList('only', { description: 'In one run and none of the others.' }),
  }),
});

const NodeComparisonRef = builder.objectRef<NodeComparison>('NodeComparison').implement({
  fields: (t) => ({
    name: t.exposeString('name'),
    keys: t.field({
      type: ['Digest'],
      nullable: { list: false, items: true },
      description: 'null where a run has no such node.',
      resolve: ({ keys }) => keys,
    }),
    same: t.exposeBoolean('same', { description: 'All have it, with one key: what it holds is the same.' }),
    differences: t.field({
      type: ['String'],
      nullable: { list: false, items: true },
      description: "Of each run but the first: the first input that differs from the first run's.",
      resolve: ({ differences }) => differences,
    }),
    items: t.field({ type: SharedItemsRef, resolve: ({ items }) => items }),
  }),
});

const MetricComparisonRef = builder.objectRef<MetricComparison>('MetricComparison').implement({
  fields: (t) => ({
    node: t.exposeString('node'),
    name: t.exposeString('name'),
    slice: t.exposeString('slice'),
    mode: t.exposeString('mode', { nullable: true }),
    values: t.field({
      type: ['Float'],
      nullable: { list: false, items: true },
      description: 'null where a run has not measured it.',
      resolve: ({ values }) => values,
    }),
  }),
});

const RunComparisonRef = builder.objectRef<RunComparison>('RunComparison').implement({
  description: 'Runs side by side. Lists of values are in the order of the runs.',
  fields: (t) => ({
    runs: t.field({ type: [RunRef], resolve: ({ runs }) => runs }),
    params: t.field({ type: [ParamDifferenceRef], description: 'Those that differ.', resolve: ({ params }) => params }),
    seeds: t.field({ type: ['Int'], resolve: ({ runs }) => runs.map((run) => run.seed) }),
    codeRevisions: t.field({ type: ['String'], resolve: ({ runs }) => runs.map((run) => run.codeRevision) }),
    rootDigests: t.field({
      type: ['Digest'],
      nullable: { list: false, items: true },
      resolve: ({ runs }) => runs.map((run) => run.rootDigest),
    }),
    nodes: t.field({
      type: [NodeComparisonRef],
      description: "In the order of the first run's plan.",
      resolve: ({ nodes }) => nodes,
    }),
    metrics: t.field({ type: [MetricComparisonRef], resolve: ({ metrics }) => metrics }),
  }),
});

builder.queryField('compareRuns', (t) =>
  t.field({
    type: RunComparisonRef,
    description: 'Params, plan, metrics and samples of two to ten runs side by side.',
    args: { ids: t.arg.idList({ required: true }) },
    resolve: (_root, { ids }, { services, visibility }) => compareRuns(services.db, ids.map(runIdOf), visibility),
  }),
);
