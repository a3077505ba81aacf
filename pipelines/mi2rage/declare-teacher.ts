import type { PipelineBuilder } from '../../engine/plan/define-pipeline.ts';
import { type Handle, only } from '../../engine/plan/handles.ts';
import type { Pool } from './declare-chains.ts';
import type { Params } from './params.ts';
import { gateWeights } from './steps/gate-weights.ts';
import { teacherScores } from './steps/teacher-scores.ts';
import { trainGate } from './steps/train-gate.ts';
import { trainGatedTeacher } from './steps/train-gated-teacher.ts';
import { trainTeacher } from './steps/train-teacher.ts';

export interface TeacherRule {
  gate: 'text' | 'none';
  depths: 'first' | 'all';
}

/** A teacher and its score of every picture of the pool.
 *  @param prefix `''` for the teacher of the params, `plain-` for the one without a gate */
export function declareTeacher(
  pipeline: PipelineBuilder,
  text: Handle<'text'>,
  pool: Pool,
  params: Params,
  prefix: string,
  rule: TeacherRule,
): Handle<'scores'> {
  const { score, folds, steps, stepsPerEpoch } = params.teacher;
  const views = rule.depths === 'first' ? only(pool.features, { depths: [1] }) : pool.features;
  const schedule = { steps, stepsPerEpoch, folds: score === 'out-of-fold' ? folds : 1 };
  const teacher =
    rule.gate === 'text'
      ? pipeline.fold(`${prefix}teacher`, trainGatedTeacher, {
          inputs: { text, views, weights: declareGate(pipeline, text, params) },
          params: schedule,
        })
      : pipeline.fold(`${prefix}teacher`, trainTeacher, { inputs: { text, views }, params: schedule });
  return pipeline.map(`${prefix}teacher-scores`, teacherScores, {
    inputs: { features: pool.features, text, image: pool.pictures, teacher },
    params: { source: score },
  });
}

function declareGate(pipeline: PipelineBuilder, text: Handle<'text'>, { gate: params }: Params): Handle<'scores'> {
  const gate = pipeline.fold('gate', trainGate, { inputs: { text }, params });
  return pipeline.map('gate-weights', gateWeights, { inputs: { text, gate } });
}
