import type { LabelInformation } from '../../../engine/lineage/label-information.ts';
import { type HopDrift, runDrift } from '../../../engine/lineage/run-drift.ts';
import { builder } from '../builder.ts';
import { RunRef } from '../refs.ts';
import { ModalityRef, toModality } from './modality.ts';

const LabelInformationRef = builder.objectRef<LabelInformation>('LabelInformation').implement({
  description: 'What a scorer still finds of the label.',
  fields: (t) => ({
    node: t.exposeString('node', { description: 'The scorer.' }),
    scores: t.exposeInt('scores', { description: 'How many were looked at.' }),
    meanLoss: t.exposeFloat('meanLoss'),
    accuracy: t.exposeFloat('accuracy', {
      nullable: true,
      description: 'Share whose most likely class is their label; null where the scorer gives no log-probabilities by class.',
    }),
    bits: t.exposeFloat('bits', {
      nullable: true,
      description:
        'Bits about the label at least: its entropy less the cross-entropy of the scorer (Barber and Agakov 2003). Below 0 the scorer knows less than the shares of the classes.',
    }),
  }),
});

const HopDriftRef = builder.objectRef<HopDrift>('HopDrift').implement({
  description: 'How far samples have come from the real ones, at one hop of one modality.',
  fields: (t) => ({
    hop: t.exposeInt('hop'),
    depth: t.exposeInt('depth'),
    modality: t.field({ type: ModalityRef, resolve: ({ medium }) => toModality(medium) ?? 'FEATURES' }),
    samples: t.exposeInt('samples'),
    sampled: t.exposeInt('sampled', { description: 'How many were looked at, always the same ones: at most 500 a node.' }),
    distanceToRoot: t.exposeFloat('distanceToRoot', {
      nullable: true,
      description: 'Texts: mean Jaccard distance of their words to those of the real text, 0 to 1. null for what has no text.',
    }),
    diversity: t.exposeFloat('diversity', {
      nullable: true,
      description:
        'Texts: distinct-2 (Li et al. 2016), different pairs of neighbouring words over all pairs; it falls with `sampled`.',
    }),
    information: t.field({ type: [LabelInformationRef], resolve: ({ information }) => information }),
  }),
});

builder.objectField(RunRef, 'drift', (t) =>
  t.field({
    type: [HopDriftRef],
    description: 'By hop: distance to the root, diversity, and what is left of the label. From what is stored, without a device.',
    resolve: (run, _args, { services }) => runDrift(services.db, run.id),
  }),
);
