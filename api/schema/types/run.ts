import { attemptCounts, isFinished, type RunRow, runExecutions } from '../../../engine/lineage/index.ts';
import { runTasks } from '../../read/run-tasks.ts';
import { builder } from '../builder.ts';
import { connectionOf, listConnection, pageSize } from '../page.ts';
import { FailureRef, MetricRef, PipelineRef, ProgressRef, RunNodeRef, RunRef } from '../refs.ts';
import { AttemptCountsRef } from './attempt-counts.ts';
import { RunErrorRef } from './run-error.ts';
import { RunExecutionRef } from './run-execution.ts';
import { TaskRef, TaskStateRef } from './task.ts';

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
      resolve: (run, _args, { services }) => runExecutions(services.db, run.id),
    }),
    attemptCounts: t.field({
      type: [AttemptCountsRef],
      description: 'By node: how often its tasks were tried, and how the attempts ended.',
      resolve: (run, _args, { services }) => attemptCounts(services.db, run.id),
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
    progress: t.field({ type: ProgressRef, resolve: (run, _args, { loaders }) => loaders.progress(run.id) }),
    nodes: t.field({
      type: [RunNodeRef],
      description: 'The DAG, in topological order; `names` picks some of it.',
      args: { names: t.arg.stringList() },
      resolve: async (run, { names }, { loaders }) =>
        (await loaders.progress(run.id)).nodes
          .filter((node) => !names || names.includes(node.name))
          .map((node) => ({ ...node, runId: run.id })),
    }),
    tasks: t.connection({
      type: TaskRef,
      args: { node: t.arg.string(), state: t.arg({ type: TaskStateRef }) },
      resolve: async (run: RunRow, { node, state, ...page }, { services }) => {
        const tasks = await runTasks(services.db, {
          runId: run.id,
          limit: pageSize(page) + 1,
          ...(page.after == null ? {} : { after: page.after }),
          ...(node == null ? {} : { node }),
          ...(state == null ? {} : { state }),
        });
        return connectionOf(tasks, page, (task) => String(task.id));
      },
    }),
    metrics: t.field({
      type: [MetricRef],
      args: { name: t.arg.string(), slice: t.arg.string() },
      resolve: async (run, args, { loaders }) => {
        const metrics = await loaders.metrics(run.id);
        return metrics
          .filter(
            (metric) => (args.name == null || metric.name === args.name) && (args.slice == null || metric.slice === args.slice),
          )
          .map((metric) => ({ ...metric, runId: run.id }));
      },
    }),
    failures: t.connection({
      type: FailureRef,
      description: 'Grouped by node and cause, the most frequent first, with an example each.',
      resolve: async (run: RunRow, args, { loaders }) => {
        const groups = await loaders.failures(run.id);
        return listConnection(
          groups.map((group) => ({ ...group, runId: run.id })),
          args,
        );
      },
    }),
  }),
});
