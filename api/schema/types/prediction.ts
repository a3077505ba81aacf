import { builder } from '../builder.ts';
import { connectionType } from '../connection-type.ts';
import { PredictionRef } from '../refs.ts';

builder.objectType(PredictionRef, {
  description: 'What a checkpoint said about a sample.',
  fields: (t) => ({
    outcome: t.field({ type: 'Digest', description: 'Key of the evaluation.', resolve: (prediction) => prediction.outcome }),
    checkpoint: t.field({ type: 'Digest', nullable: true, resolve: (prediction) => prediction.checkpoint }),
    mode: t.exposeString('mode', { nullable: true }),
    label: t.exposeString('label'),
    logProbabilities: t.exposeFloatList('logProbabilities'),
  }),
});

export const PredictionConnection = connectionType('Prediction', PredictionRef);
