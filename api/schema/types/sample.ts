import { ancestors, descendants, impactOf } from '../../../engine/lineage/index.ts';
import { builder } from '../builder.ts';
import { listConnection } from '../page.ts';
import {
  CheckpointRef,
  DatasetRowRef,
  DecisionRef,
  DerivationRef,
  ImpactRef,
  PredictionRef,
  RunRef,
  SampleEdgeRef,
  SampleRef,
  ScoreRef,
} from '../refs.ts';
import { ModalityRef, toModality } from './modality.ts';
import { walkConnection } from './sample-edge.ts';

builder.node(SampleRef, {
  description: 'One text, image or feature vector: immutable, real or derived.',
  id: { resolve: (sample) => sample.key },
  loadOne: async (key, { loaders }) => (await loaders.story(key).catch(() => null))?.sample ?? null,
  isTypeOf: (value) => typeof value === 'object' && value !== null && 'contentDigest' in value,
  fields: (t) => ({
    key: t.field({
      type: 'Digest',
      description: 'Derivation key: what it was asked to be. Of a real sample: its content digest.',
      resolve: (sample) => sample.key,
    }),
    contentDigest: t.field({
      type: 'Digest',
      nullable: true,
      description: 'What it is. null when making it failed.',
      resolve: (sample) => sample.contentDigest,
    }),
    modality: t.field({ type: ModalityRef, resolve: (sample) => toModality(sample.medium) ?? 'FEATURES' }),
    rootKey: t.field({ type: 'Digest', description: 'The real sample it grows from.', resolve: (sample) => sample.rootKey }),
    chain: t.exposeInt('chain'),
    depth: t.exposeInt('depth', { description: 'The k-th arrival in the missing modality.' }),
    hop: t.exposeInt('hop', { description: 'Generator calls between it and the real sample.' }),
    seed: t.exposeString('seed', { nullable: true }),
    text: t.exposeString('text', { nullable: true }),
    meta: t.field({ type: 'JSON', resolve: (sample) => sample.meta }),
    imageUrl: t.string({
      nullable: true,
      description: 'Where its bytes are served as PNG.',
      resolve: (sample, _args, { origin }) =>
        sample.medium === 'image' && sample.artifact ? `${origin}/samples/${sample.key}/image` : null,
    }),
    bytes: t.exposeInt('bytes'),
    failed: t.exposeString('failed', { nullable: true, description: 'Why it could not be made.' }),
    createdAt: t.field({ type: 'DateTime', resolve: (sample) => sample.createdAt }),
    derivation: t.field({
      type: DerivationRef,
      nullable: true,
      description: 'null for a real sample.',
      resolve: async (sample, _args, { loaders }) => (await loaders.story(sample.key)).derivation,
    }),
    datasets: t.field({
      type: [DatasetRowRef],
      resolve: async (sample, _args, { loaders }) => (await loaders.story(sample.key)).datasets,
    }),
    parents: t.field({
      type: [SampleEdgeRef],
      resolve: async (sample, _args, { services }) =>
        (await ancestors(services.db, sample.key, { maxHops: 1, first: 100 })).edges,
    }),
    ancestors: walkConnection(t, ancestors, 'Everything it came from, nearest first, as flat edges with their depth.'),
    descendants: walkConnection(t, descendants, 'Everything made of it, nearest first, as flat edges with their depth.'),
    scores: t.field({
      type: [ScoreRef],
      resolve: async (sample, _args, { loaders }) => (await loaders.story(sample.key)).scores,
    }),
    decisions: t.field({
      type: [DecisionRef],
      resolve: async (sample, _args, { loaders }) => (await loaders.story(sample.key)).decisions,
    }),
    predictions: t.connection({
      type: PredictionRef,
      resolve: async (sample, args, { loaders }) => listConnection((await loaders.story(sample.key)).predictions, args),
    }),
    trained: t.connection({
      type: CheckpointRef,
      description: 'Checkpoints that trained on it.',
      resolve: async (sample, args, { loaders }) => listConnection((await loaders.story(sample.key)).trained, args),
    }),
    runs: t.connection({
      type: RunRef,
      resolve: async (sample, args, { loaders }) => {
        const page = listConnection((await loaders.story(sample.key)).runs, args);
        const edges = await Promise.all(page.edges.map(async ({ cursor, node }) => ({ cursor, node: await loaders.run(node) })));
        return { ...page, edges };
      },
    }),
    impact: t.field({
      type: ImpactRef,
      description: 'Everything downstream, counted.',
      resolve: (sample, _args, { services }) => impactOf(services.db, sample.key),
    }),
  }),
});
