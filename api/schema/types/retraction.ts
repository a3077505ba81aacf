import type { RetractionRow } from '../../../engine/lineage/retractions.ts';
import { builder } from '../builder.ts';

const RetractionKindRef = builder.enumType('RetractionKind', {
  values: {
    SAMPLE: { value: 'sample' },
    MODEL: { value: 'model' },
    DATASET: { value: 'dataset' },
    PROMPT: { value: 'prompt' },
  } as const,
});

export const RetractionRef = builder.objectRef<RetractionRow>('Retraction').implement({
  description: 'A mark on something that may not be used any more.',
  fields: (t) => ({
    kind: t.field({ type: RetractionKindRef, resolve: (retraction) => retraction.kind }),
    key: t.field({
      type: 'Digest',
      description: 'Of a sample its key, of a model or dataset its digest, of a prompt the SHA-256 of its text.',
      resolve: (retraction) => retraction.key,
    }),
    name: t.exposeString('name', { nullable: true }),
    reason: t.exposeString('reason'),
    retractedBy: t.exposeString('retractedBy', { nullable: true, description: 'Name of the token.' }),
    at: t.field({ type: 'DateTime', resolve: (retraction) => retraction.at }),
    project: t.exposeString('project', { nullable: true, description: 'The only project for which it holds; null: for all.' }),
  }),
});
