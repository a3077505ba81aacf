import type { PipelineBuilder } from '../../engine/plan/define-pipeline.ts';
import { type Handle, only } from '../../engine/plan/handles.ts';
import type { Pool } from './declare-chains.ts';
import type { Params, Variant } from './params.ts';
import { selectAtRandom } from './steps/select-at-random.ts';
import { selectByLoss } from './steps/select-by-loss.ts';
import { trainStudent } from './steps/train-student.ts';
import { trainStudentOnAll } from './steps/train-student-on-all.ts';
import { trainTextStudent } from './steps/train-text-student.ts';

/** What variants share. Each is declared when the first variant asks for it. */
export interface Shared {
  text: Handle<'text'>;
  pool(): Pool;
  realFeatures(): Handle<'features'>;
  /** By the teacher of the params, or by the plain one. */
  scores(teacher: 'chosen' | 'plain'): Handle<'scores'>;
  /** The selection of `full`. */
  best(): Handle<'decisions'>;
}

/** A variant's student: which views it learns from is all that tells variants apart. */
export function declareStudent(
  pipeline: PipelineBuilder,
  variant: Variant,
  shared: Shared,
  params: Params,
): Handle<'checkpoint'> {
  const { text } = shared;
  const { student } = params;
  const node = `${variant}-student`;
  const onAll = (views: Handle<'features'>) =>
    pipeline.fold(node, trainStudentOnAll, { inputs: { text, views }, params: student });
  const onKept = (decisions: Handle<'decisions'>, shuffle = false) =>
    pipeline.fold(node, trainStudent, {
      inputs: { text, views: shared.pool().features, decisions },
      params: { ...student, shuffle },
    });
  const byLoss = (rule: 'best' | 'worst', selection: Params['selection'], teacher: 'chosen' | 'plain' = 'chosen') =>
    pipeline.select(`${variant}-selection`, selectByLoss, {
      inputs: { scores: shared.scores(teacher) },
      params: { rule, ...selection },
    });

  switch (variant) {
    case 'text-only': {
      const { steps, stepsPerEpoch, learningRate, dropout } = student;
      return pipeline.fold(node, trainTextStudent, { inputs: { text }, params: { steps, stepsPerEpoch, learningRate, dropout } });
    }
    case 'direct':
      return onAll(only(shared.pool().features, { chains: [0], depths: [1] }));
    case 'real':
      return onAll(shared.realFeatures());
    case 'full':
      return onKept(shared.best());
    case 'shuffled':
      return onKept(shared.best(), true);
    case 'plain':
      return onKept(byLoss('best', params.selection, 'plain'));
    case 'worst':
      return onKept(byLoss('worst', params.selection));
    case 'single':
      return onKept(byLoss('best', { keep: 1, keepShare: null }));
    case 'random':
      return onKept(
        pipeline.select('random-selection', selectAtRandom, {
          inputs: { pictures: shared.pool().pictures },
          params: params.selection,
        }),
      );
  }
}
