import { concat, expand, reshape, type Scope, type Value, zeros } from '../../nn/index.ts';
import { attendViews } from './attend-views.ts';
import { type FusionOptions, fuse } from './fusion.ts';
import { TEXT_WIDTH } from './sizes.ts';
import { type TextInputs, textTower } from './text-tower.ts';
import { viewMlp } from './view-mlp.ts';

export interface StudentInputs extends TextInputs {
  /** [B, M, VIEW_FEATURES] and [B, M]; none: a text-only learner. */
  pictures?: { views: Value; present: Value; floor?: Value };
}

/** The readings of an instance: row 0 with all its views, rows 1..M with one view each, the last with no view (u = 0).
 *  A text-only learner has the last row alone, under the same parameter names.
 *  @returns [B, M + 2, classes] or [B, 1, classes] */
export function studentLogits(scope: Scope, inputs: StudentInputs, options: FusionOptions): Value {
  const text = textTower(scope.child('text'), inputs);
  const batch = text.dim(0);
  const nothing = zeros(scope.graph, [batch, 1, TEXT_WIDTH]);
  const { pictures } = inputs;
  const readings = pictures ? concat([...pictureReadings(scope, text, pictures), nothing], 1) : nothing;
  const texts = expand(reshape(text, [batch, 1, TEXT_WIDTH]), [batch, readings.dim(1), TEXT_WIDTH]);
  return fuse(scope.child('fusion'), texts, readings, options);
}

function pictureReadings(scope: Scope, text: Value, { views, present, floor }: NonNullable<StudentInputs['pictures']>): Value[] {
  const seen = viewMlp(scope.child('view'), views);
  const all = attendViews(scope.child('attention'), text, seen, present, floor);
  return [reshape(all, [text.dim(0), 1, TEXT_WIDTH]), seen];
}
