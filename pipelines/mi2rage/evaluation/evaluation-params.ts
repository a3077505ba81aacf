import { z } from 'zod';
import { VIEW_MODES } from '../../../ml/models/relation/view-mode.ts';

export const evaluationParams = {
  variant: z.string().describe('Whose student it is; a word of the report'),
  part: z.enum(['validation', 'test']).describe('Which part the texts are of'),
  views: z.array(z.enum(VIEW_MODES)).min(1).default(['real']).describe('What the student sees: one set of metrics each'),
  floorWeight: z.number().min(0).max(1).default(0).describe('Least attention to the real picture among synthetic ones'),
  noneLabel: z.string().nullable().default(null).describe('Label that micro and macro scores leave out'),
  resamples: z.int().min(0).default(1000).describe('Of the bootstrap; 0: no intervals'),
};
export type EvaluationParams = z.output<z.ZodObject<typeof evaluationParams>>;
