import { gelu, type Scope, type Value } from '../../nn/index.ts';
import { dense } from './dense.ts';
import { VIEW_HIDDEN } from './sizes.ts';

/** The teacher's `synth` head: it sees one picture and the pair, never the sentence, so that its loss ranks views of one instance by
 *  estimated pointwise mutual information with the label. [B, VIEW_FEATURES] -> [B, classes]. */
export const teacherLogits = (scope: Scope, view: Value, classes: number): Value =>
  dense(scope.child('out'), gelu(dense(scope.child('in'), view, VIEW_HIDDEN)), classes);
