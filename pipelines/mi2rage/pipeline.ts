import { definePipeline, type PipelineBuilder } from '../../engine/plan/define-pipeline.ts';
import { declareChains, declareFeatures } from './declare-chains.ts';
import { declareEvaluation, declareReport, type EvaluatedPart } from './declare-evaluation.ts';
import { declareTeacher } from './declare-teacher.ts';
import { declareStudent, type Shared } from './declare-variants.ts';
import { once } from './once.ts';
import { type Params, params } from './params.ts';
import { profiles } from './profiles.ts';
import { instances } from './steps/instances.ts';
import { selectByLoss } from './steps/select-by-loss.ts';

/** Real text + synthetic images, after MI2RAGE (Du, Li, Guo, Li 2023); see README.md. */
export const mi2rage = definePipeline({
  name: 'mi2rage',
  version: '1',
  description: 'Chained cross-modal generation, a teacher that selects views, a multi-view student, and its controls',
  params,
  profiles,
  build(pipeline, given) {
    const train = declareSource(pipeline, 'train', given);
    const validation = declareSource(pipeline, 'validation', given);
    const test = declareSource(pipeline, 'test', given);
    const shared = declareShared(pipeline, train, given);
    const parts = [declarePart(pipeline, 'validation', validation, given), declarePart(pipeline, 'test', test, given)] as const;
    const evaluated = given.variants.map((variant) => {
      const student = declareStudent(pipeline, variant, shared, given);
      const [validated, tested] = parts.map((part) => declareEvaluation(pipeline, variant, student, part, given));
      return { variant, validation: validated!, test: tested! };
    });
    declareReport(pipeline, evaluated);
  },
});

type Source = ReturnType<PipelineBuilder['source']>;

function declareSource(pipeline: PipelineBuilder, part: 'train' | 'validation' | 'test', { dataset, data }: Params): Source {
  const { explicitShare, splitSeed } = data;
  const limit = part === 'train' ? data.instances : data.evaluated;
  return pipeline.source(part, instances, { dataset, params: { part, explicitShare, splitSeed, limit } });
}

function declareShared(pipeline: PipelineBuilder, train: Source, given: Params): Shared {
  const { text } = train;
  const pool = once(() => declareChains(pipeline, text, given, '', given.generation.chains));
  const chosen = once(() => declareTeacher(pipeline, text, pool(), given, '', given.teacher));
  const plain = once(() => declareTeacher(pipeline, text, pool(), given, 'plain-', { gate: 'none', depths: 'all' }));
  return {
    text,
    pool,
    realFeatures: once(() => declareFeatures(pipeline, 'real-features', train.image, text, given)),
    scores: (teacher) => (teacher === 'plain' ? plain() : chosen()),
    best: once(() =>
      pipeline.select('full-selection', selectByLoss, {
        inputs: { scores: chosen() },
        params: { rule: 'best', ...given.selection },
      }),
    ),
  };
}

function declarePart(
  pipeline: PipelineBuilder,
  part: 'validation' | 'test',
  { text, image }: Source,
  given: Params,
): EvaluatedPart {
  const pictures = declareFeatures(pipeline, `${part}-features`, image, text, given);
  const synthetic = part === 'test' && given.evaluation.views.some((views) => views !== 'real');
  if (!synthetic) return { part, text, pictures };
  return {
    part,
    text,
    pictures,
    synthetic: declareChains(pipeline, text, given, 'test-synthetic-', given.evaluation.chains).features,
  };
}
