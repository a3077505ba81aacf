import { z } from 'zod';
import { generatorParams } from '../generators/generator-params.ts';

/** The rows of the result table. `plain` is the teacher as the method states it: no gate, all depths. */
export const VARIANTS = ['text-only', 'direct', 'full', 'plain', 'random', 'worst', 'shuffled', 'single', 'real'] as const;
export type Variant = (typeof VARIANTS)[number];

const steps = (value: number) => z.int().min(1).default(value).describe('Training steps in all');

export const params = z.strictObject({
  dataset: z.string().min(1).default('scenes').describe('A registered dataset of relation instances'),
  setting: z
    .enum(['synthetic-images'])
    .default('synthetic-images')
    .describe('Which modality is generated. The mirror, synthetic texts, comes later'),
  variants: z
    .array(z.enum(VARIANTS))
    .min(1)
    .refine((variants) => new Set(variants).size === variants.length, 'each variant once')
    .default(['text-only', 'direct', 'full', 'random', 'worst', 'real'])
    .describe('Rows of the result table; they share their samples'),
  models: z
    .strictObject({
      generator: z.string().default('tiny-t2i').describe('Draws a picture of a text'),
      captioner: z.string().default('tiny-captioner').describe('Writes a text about a picture'),
      encoder: z.string().default('tiny-mini-clip').describe('Frozen encoder of (picture, pair)'),
    })
    .prefault({})
    .describe('Registered models'),
  data: z
    .strictObject({
      instances: z.int().min(1).nullable().default(300).describe('Training instances; null: all'),
      evaluated: z.int().min(1).nullable().default(null).describe('Instances of the validation and of the test part; null: all'),
      explicitShare: z
        .number()
        .min(0)
        .max(1)
        .default(0.4)
        .describe('Share of training instances told by a text that states the relation'),
      splitSeed: z.int().nullable().default(null).describe('Draws parts and texts; null: the seed of the run'),
    })
    .prefault({})
    .describe('Which rows take part'),
  generation: z
    .strictObject({
      chains: z.int().min(1).default(4).describe('M: independent chains of each text'),
      depth: z
        .int()
        .min(1)
        .max(8)
        .default(2)
        .describe('K: arrivals in the missing modality on each chain; the pool is the union of all'),
      guidanceScale: z.number().min(0).default(1.5).describe('Classifier-free guidance of the generator'),
      temperature: z.number().positive().default(0.8).describe('Sampling temperature of the generator'),
      topP: z.number().positive().max(1).default(0.95).describe('Nucleus of the captioner'),
      sayThreshold: z.number().min(0).max(1).default(0.7).describe('Least probability at which the captioner speaks of a pair'),
      maxFailures: z.number().min(0).max(1).default(0).describe('Share of pictures that may fail'),
    })
    .prefault({})
    .describe('Chained cross-modal generation'),
  generator: generatorParams
    .prefault({})
    .describe('Registered models that generate in the place of models.generator and models.captioner'),
  gate: z
    .strictObject({
      steps: steps(250),
      stepsPerEpoch: z.int().min(1).default(125).describe('Steps of an epoch'),
      folds: z.int().min(2).default(2).describe('Out-of-fold parts'),
    })
    .prefault({})
    .describe('The text-only models behind teacher.gate = text'),
  teacher: z
    .strictObject({
      gate: z
        .enum(['text', 'none'])
        .default('text')
        .describe('text: instances are drawn as often as their text determines their label'),
      depths: z.enum(['first', 'all']).default('first').describe('Which pictures it trains on; it scores all'),
      score: z.enum(['train', 'trajectory', 'out-of-fold']).default('train').describe('Which loss ranks the views'),
      folds: z.int().min(2).default(5).describe('Models of the out-of-fold score'),
      steps: steps(150),
      stepsPerEpoch: z.int().min(1).default(50).describe('Steps of an epoch'),
    })
    .prefault({})
    .describe('The judge of the views'),
  selection: z
    .strictObject({
      keep: z.int().min(1).default(2).describe('Views kept of each instance'),
      keepShare: z.number().positive().max(1).nullable().default(null).describe('Share kept instead of a count'),
    })
    .prefault({})
    .describe('Ranked within each instance'),
  student: z
    .strictObject({
      steps: steps(250),
      stepsPerEpoch: z.int().min(1).default(125).describe('Steps of an epoch'),
      learningRate: z.number().positive().default(3e-3).describe('Highest learning rate'),
      viewLoss: z.number().min(0).default(0.5).describe('Weight of the single-view losses'),
      textLoss: z.number().min(0).default(0.5).describe('Weight of the text-only loss'),
      dropout: z.number().min(0).max(0.9).default(0.1).describe('Of the fusion layer'),
    })
    .prefault({})
    .describe('The multi-view learner; its last state is evaluated'),
  evaluation: z
    .strictObject({
      views: z
        .array(z.enum(['real', 'real+synthetic', 'synthetic', 'tda']))
        .min(1)
        .refine((views) => new Set(views).size === views.length, 'each set of views once')
        .default(['real'])
        .describe('What the student sees at test; tda: mean of single-view log-probabilities'),
      chains: z.int().min(1).default(2).describe('Chains of each test text, when a synthetic view is asked for'),
      floorWeight: z.number().min(0).max(1).default(0).describe('Least attention to the real picture in real+synthetic'),
      noneLabel: z.string().nullable().default(null).describe('Label that micro and macro scores leave out, such as None'),
      resamples: z.int().min(0).default(1000).describe('Bootstrap resamples; 0: no intervals'),
    })
    .prefault({})
    .describe('Metrics on the validation and test parts'),
});
export type Params = z.output<typeof params>;
