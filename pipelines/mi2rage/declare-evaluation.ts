import type { PipelineBuilder } from '../../engine/plan/define-pipeline.ts';
import type { Handle } from '../../engine/plan/handles.ts';
import type { Params, Variant } from './params.ts';
import { evaluate } from './steps/evaluate.ts';
import { evaluateWithSynthetic } from './steps/evaluate-with-synthetic.ts';
import { reportFirst } from './steps/report-first.ts';
import { reportNext } from './steps/report-next.ts';

/** A part that students are measured on. */
export interface EvaluatedPart {
  part: 'validation' | 'test';
  text: Handle<'text'>;
  pictures: Handle<'features'>;
  /** Synthetic views of its texts, where they are asked for. */
  synthetic?: Handle<'features'>;
}

/** One student on one part. The text-only student sees no picture; validation uses the real view, which is all that choices need. */
export function declareEvaluation(
  pipeline: PipelineBuilder,
  variant: Variant,
  student: Handle<'checkpoint'>,
  on: EvaluatedPart,
  params: Params,
): Handle<'result'> {
  const { floorWeight, noneLabel, resamples, views } = params.evaluation;
  const { part, text, pictures, synthetic } = on;
  const shared = { variant, part, floorWeight, noneLabel, resamples };
  const node = `${variant}-${part}`;
  if (variant === 'text-only')
    return pipeline.reduce(node, evaluate, { inputs: { text, pictures, student }, params: { ...shared, views: ['text'] } });
  if (!synthetic)
    return pipeline.reduce(node, evaluate, { inputs: { text, pictures, student }, params: { ...shared, views: ['real'] } });
  return pipeline.reduce(node, evaluateWithSynthetic, {
    inputs: { text, pictures, synthetic, student },
    params: { ...shared, views },
  });
}

export interface Evaluated {
  variant: Variant;
  test: Handle<'result'>;
  validation: Handle<'result'>;
}

/** The table over all variants; node `report` holds the whole. */
export function declareReport(pipeline: PipelineBuilder, evaluated: readonly Evaluated[]): void {
  let before: Handle<'result'> | null = null;
  for (const [at, { variant, test, validation }] of evaluated.entries()) {
    const node = at === evaluated.length - 1 ? 'report' : `report-${variant}`;
    before = before
      ? pipeline.reduce(node, reportNext, { inputs: { before, test, validation } })
      : pipeline.reduce(node, reportFirst, { inputs: { test, validation } });
  }
}
