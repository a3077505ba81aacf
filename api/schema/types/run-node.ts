import { builder } from '../builder.ts';
import { RunNodeRef } from '../refs.ts';
import { ModalityRef, toModality } from './modality.ts';
import { RunErrorRef } from './run-error.ts';

export const NodeStateRef = builder.enumType('NodeState', {
  values: ['PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED'] as const,
});

builder.objectType(RunNodeRef, {
  description: 'One use of a step in a run.',
  fields: (t) => ({
    name: t.exposeString('name'),
    kind: t.exposeString('kind', { description: 'source, map, select, fold or reduce.' }),
    step: t.exposeString('step', { description: '`name@version`.' }),
    unit: t.exposeString('unit', {
      nullable: true,
      description: 'What it is scheduled with: the chain of maps that runs shard by shard, or itself.',
    }),
    resource: t.exposeString('resource', { description: 'Resource class, which is the task queue.' }),
    dependsOn: t.exposeStringList('dependsOn'),
    state: t.field({ type: NodeStateRef, resolve: (node) => node.state }),
    total: t.exposeInt('expected'),
    done: t.int({ resolve: (node) => node.made + node.cached }),
    made: t.exposeInt('made'),
    cached: t.exposeInt('cached'),
    failed: t.exposeInt('failed'),
    modality: t.field({
      type: ModalityRef,
      nullable: true,
      description: 'Of the samples that it hands on, once there is one.',
      resolve: async (node, _args, { loaders }) => toModality((await loaders.facts(node.runId)).get(node.name)?.medium ?? null),
    }),
    decided: t.int({
      nullable: true,
      description: 'select: samples that it decided about.',
      resolve: async (node, _args, { loaders }) => (await loaders.facts(node.runId)).get(node.name)?.decided ?? null,
    }),
    kept: t.int({
      nullable: true,
      description: 'select: samples that it kept.',
      resolve: async (node, _args, { loaders }) => (await loaders.facts(node.runId)).get(node.name)?.kept ?? null,
    }),
    result: t.field({
      type: 'JSON',
      nullable: true,
      description: 'reduce: what it found, once it has.',
      resolve: async (node, _args, { loaders }) =>
        node.kind === 'reduce' ? ((await loaders.results(node.runId)).get(node.name) ?? null) : null,
    }),
    deviceSeconds: t.exposeFloat('deviceSeconds'),
    startedAt: t.field({ type: 'DateTime', nullable: true, resolve: (node) => node.startedAt }),
    finishedAt: t.field({ type: 'DateTime', nullable: true, resolve: (node) => node.finishedAt }),
    error: t.field({ type: RunErrorRef, nullable: true, resolve: (node) => node.error }),
  }),
});
