import type { MapOutput, MapTask, StepContext } from '../../../engine/plan/step-io.ts';
import { foldOf } from '../../../ml/models/relation/folds.ts';
import { gateWeight } from '../../../ml/models/relation/gate-weight.ts';
import { openStudentPredictor } from '../../../ml/models/relation/open-student-predictor.ts';
import { readLearnerMeta } from './learner-meta.ts';
import { relationText } from './relation-texts.ts';

/** Loss, probability and gate weight of each text by the model that was trained without its fold. */
export async function scoreTexts(task: MapTask<unknown>, context: StepContext): Promise<MapOutput[]> {
  const { bytes } = await task.nodes.checkpoint('gate');
  const { labels, folds } = readLearnerMeta(bytes);
  const texts = task.items.map((item) => relationText(item.inputs.text!));
  const outputs = new Array<MapOutput>(texts.length);
  for (let fold = 0; fold < folds; fold++) {
    const own = [...texts.keys()].filter((at) => foldOf(texts[at]!.group, folds) === fold);
    const predictor = openStudentPredictor(bytes, { classes: labels.length, fold, threads: context.threads });
    const items = own.map((at) => ({ text: texts[at]!.text, real: [], synthetic: [] }));
    const predicted = await predictor.predict(items, 'text');
    for (const [row, at] of own.entries()) {
      const loss = -predicted[row]![labels.indexOf(texts[at]!.label)]!;
      const probability = Math.exp(-loss);
      outputs[at] = { loss, values: { probability, weight: gateWeight(probability, labels.length) } };
    }
  }
  return outputs;
}
