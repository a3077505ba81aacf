import { impactOf } from '../../../engine/lineage/index.ts';
import { sha256 } from '../../../engine/plan/digest.ts';
import { builder } from '../builder.ts';
import { connectionType } from '../connection-type.ts';
import { DatasetRowRef, DecisionRef, DerivationRef, ImpactRef, SampleEdgeRef, SampleRef, ScoreRef } from '../refs.ts';
import { madeBy, readFrom } from './derivation.ts';
import { ModalityRef, toModality } from './modality.ts';
import { RetractionRef } from './retraction.ts';
import { walkConnection } from './sample-edge.ts';

/** Of no bytes. */
const NOTHING = sha256('');

builder.node(SampleRef, {
  description: 'One text, image or feature vector: immutable, real or derived.',
  id: { resolve: (sample) => sample.key },
  loadOne: (key, { loaders }) => (/^[0-9a-f]{64}$/.test(key) ? loaders.sampleByKey(key) : null),
  isTypeOf: (value) => typeof value === 'object' && value !== null && 'contentDigest' in value,
  fields: (t) => ({
    key: t.field({
      type: 'Digest',
      description: 'Derivation key: what it was asked to be. Of a real sample: its content digest.',
      resolve: (sample) => sample.key,
    }),
    contentDigest: t.field({
      type: 'Digest',
      description: 'What it is. Of one that could not be made: the digest of no bytes.',
      resolve: (sample) => sample.contentDigest ?? NOTHING,
    }),
    modality: t.field({ type: ModalityRef, resolve: (sample) => toModality(sample.medium) ?? 'FEATURES' }),
    rootKey: t.field({ type: 'Digest', description: 'The real sample it grows from.', resolve: (sample) => sample.rootKey }),
    chain: t.exposeInt('chain'),
    depth: t.exposeInt('depth', { description: 'The k-th arrival in the missing modality.' }),
    hop: t.exposeInt('hop', { description: 'Generator calls between it and the real sample.' }),
    seed: t.string({
      description: '64 hex characters; empty for a real sample, and where the step draws nothing.',
      resolve: (sample) => sample.seed ?? '',
    }),
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
      description: 'How it came to be. A real sample was read from a dataset.',
      resolve: async (sample, _args, { loaders }) => {
        const made = await loaders.derivation(sample.id);
        return made ? madeBy(made) : readFrom(sample, (await loaders.datasetRows(sample.id))[0]);
      },
    }),
    datasets: t.field({
      type: [DatasetRowRef],
      description: 'Where a real sample stands in registered datasets; at most 1,000.',
      resolve: async (sample, _args, { loaders }) => [...(await loaders.datasetRows(sample.id))],
    }),
    parents: t.field({
      type: [SampleEdgeRef],
      resolve: async (sample, _args, { loaders }) => (await loaders.walk(sample.id, 'up', { maxHops: 1, first: 100 })).edges,
    }),
    ancestors: walkConnection(t, 'up', 'Everything it came from, nearest first, as flat edges with their depth.'),
    descendants: walkConnection(t, 'down', 'Everything made of it, nearest first, as flat edges with their depth.'),
    scores: t.field({
      type: [ScoreRef],
      description: 'Oldest first, at most 1,000.',
      resolve: async (sample, _args, { loaders }) => [...(await loaders.scores(sample.id))],
    }),
    decisions: t.field({
      type: [DecisionRef],
      description: 'Oldest first, at most 1,000.',
      resolve: async (sample, _args, { loaders }) => [...(await loaders.decisions(sample.id))],
    }),
    retracted: t.field({
      type: RetractionRef,
      nullable: true,
      description: 'The mark on it, or on what it says, if it may not be used any more.',
      resolve: (sample, _args, { loaders }) => loaders.retraction(sample.key),
    }),
    impact: t.field({
      type: ImpactRef,
      description: 'Everything downstream, counted. `impact` pages through it.',
      resolve: (sample, _args, { services, visibility }) => impactOf(services.db, sample.key, visibility),
    }),
  }),
});

export const SampleConnection = connectionType('Sample', SampleRef);
