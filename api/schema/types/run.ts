import { isFinished } from '../../../engine/lineage/index.ts';
import { countTasks } from '../../read/run-tasks.ts';
import { builder } from '../builder.ts';
import { connectionType, pageArguments } from '../connection-type.ts';
import { cursorCode } from '../cursor.ts';
import { connectionOf, listConnection, pageSize } from '../page.ts';
import { MetricRef, PipelineRef, ProgressRef, RunNodeRef, RunRef } from '../refs.ts';
import { AttemptCountsRef } from './attempt-counts.ts';
import { CurveRef, curvesOf } from './curve.ts';
import { FailureConnection } from './failure.ts';
import { RunErrorRef } from './run-error.ts';
import { RunExecutionRef } from './run-execution.ts';
import { TaskConnection, TaskStateRef } from './task.ts';

export const RunStateRef = builder.enumType('RunState', {
  values: ['PLANNING', 'QUEUED', 'RUNNING', 'PAUSED', 'SUCCEEDED', 'FAILED', 'CANCELLED'] as const,
});

builder.node(RunRef, {
  description: 'One execution of a pipeline.',
  id: { resolve: (run) => run.id },
  loadOne: (id, { loaders }) => loaders.run(id).catch(() => null),
  isTypeOf: (value) => typeof value === 'object' && value !== null && 'workflowId' in value,
  fields: (t) => ({
    runId: t.exposeString('id', { description: 'The id that the command line uses.' }),
    project: t.exposeString('project'),
    pipeline: t.field({
      type: PipelineRef,
      resolve: (run, _args, { services }) => ({
        name: run.pipeline,
        version: run.pipelineVersion,
        declared: services.project.pipelines.get(run.pipeline),
      }),
    }),
    params: t.field({ type: 'JSON', resolve: (run) => run.params }),
    seed: t.exposeInt('seed'),
    state: t.field({ type: RunStateRef, resolve: (run) => run.state }),
    finished: t.boolean({ resolve: (run) => isFinished(run.state) }),
    error: t.field({ type: RunErrorRef, nullable: true, resolve: (run) => run.error }),
    rootDigest: t.field({
      type: 'Digest',
      nullable: true,
      description: "A Merkle root over the nodes' keys and contents.",
      resolve: (run) => run.rootDigest,
    }),
    planDigest: t.field({ type: 'Digest', nullable: true, resolve: (run) => run.planDigest }),
    parent: t.field({
      type: RunRef,
      nullable: true,
      resolve: (run, _args, { loaders }) => (run.parentRunId === null ? null : loaders.run(run.parentRunId)),
    }),
    root: t.field({
      type: RunRef,
      resolve: (run, _args, { loaders }) => (run.rootRunId === run.id ? run : loaders.run(run.rootRunId)),
    }),
    attempts: t.exposeInt('attempts', { description: 'How often it was started: by its launch, then by each resume.' }),
    executions: t.field({
      type: [RunExecutionRef],
      description: 'Every time that it was started, the launch first.',
      resolve: async (run, _args, { loaders }) => [...(await loaders.executions(run.id))],
    }),
    attemptCounts: t.field({
      type: [AttemptCountsRef],
      description: 'By node: how often its tasks were tried, and how the attempts ended.',
      resolve: async (run, _args, { loaders }) => [...(await loaders.attemptCounts(run.id))],
    }),
    eventCursor: t.field({
      type: 'EventCursor',
      description:
        'Where its events stand: ask for it first, subscribe with it as `after`, then ask for what is shown, and nothing is missed or told from the beginning.',
      resolve: (run, _args, { loaders }) => loaders.eventCursor(run.id),
    }),
    remake: t.exposeStringList('remake', { description: 'Nodes that are made again although what they make exists: a rerun.' }),
    cancelRequestedAt: t.field({ type: 'DateTime', nullable: true, resolve: (run) => run.cancelRequestedAt }),
    cancelReason: t.exposeString('cancelReason', { nullable: true }),
    codeRevision: t.exposeString('codeRevision', { description: 'Of its launch; `executions` has those of its resumes.' }),
    environment: t.field({ type: 'JSON', resolve: (run) => run.environment }),
    labels: t.field({ type: 'JSON', resolve: (run) => run.labels }),
    priority: t.exposeInt('priority'),
    createdAt: t.field({ type: 'DateTime', resolve: (run) => run.createdAt }),
    startedAt: t.field({ type: 'DateTime', nullable: true, resolve: (run) => run.startedAt }),
    finishedAt: t.field({ type: 'DateTime', nullable: true, resolve: (run) => run.finishedAt }),
    progress: t.field({ type: ProgressRef, resolve: (run, _args, { loaders }) => loaders.totals(run.id) }),
    nodes: t.field({
      type: [RunNodeRef],
      description: 'The DAG, in topological order; `names` picks some of it.',
      args: { names: t.arg.stringList() },
      resolve: async (run, { names }, { loaders }) =>
        (await loaders.nodes(run.id))
          .filter((node) => !names || names.includes(node.name))
          .map((node) => ({ ...node, runId: run.id })),
    }),
    tasks: t.field({
      type: TaskConnection,
      description: 'In the order in which the plan made them.',
      args: { node: t.arg.string(), state: t.arg({ type: TaskStateRef }), ...pageArguments },
      resolve: async (run, { node, state, ...args }, { services, loaders }) => {
        const filter = { ...(node == null ? {} : { node }), ...(state == null ? {} : { state }) };
        const code = cursorCode('tasks', { run: run.id, ...filter }, [0]);
        const after = code.decode(args.after)?.[0];
        const query = { ...filter, limit: pageSize(args) + 1, ...(after === undefined ? {} : { after }) };
        const page = connectionOf(await loaders.tasks(run.id, query), args, ({ id }) => code.encode([id]));
        return { ...page, totalCount: () => countTasks(services.db, run.id, filter) };
      },
    }),
    metrics: t.field({
      type: [MetricRef],
      description: 'What its results measured, each with the checkpoint that was judged. `curves` has the epochs.',
      args: { name: t.arg.string(), slice: t.arg.string() },
      resolve: async (run, { name, slice }, { loaders }) =>
        (await loaders.metrics(run.id))
          .filter((metric) => (name == null || metric.name === name) && (slice == null || metric.slice === slice))
          .map((metric) => ({ ...metric, runId: run.id })),
    }),
    curves: t.field({
      type: [CurveRef],
      description: 'What its folds measured, epoch by epoch.',
      args: { node: t.arg.string(), name: t.arg.string() },
      resolve: async (run, { node, name }, { loaders }) =>
        curvesOf(
          (await loaders.epochMetrics(run.id)).filter(
            (point) => (node == null || point.node === node) && (name == null || point.name === name),
          ),
        ),
    }),
    failures: t.field({
      type: FailureConnection,
      description: 'Grouped by node and cause, the most frequent first, with an example each; at most 1,000.',
      args: pageArguments,
      resolve: async (run, args, { loaders }) => {
        const groups = await loaders.failures(run.id);
        return listConnection(
          groups.map((group) => ({ ...group, runId: run.id })),
          args,
          cursorCode('failures', run.id, [0]),
        );
      },
    }),
  }),
});

export const RunConnection = connectionType('Run', RunRef);
