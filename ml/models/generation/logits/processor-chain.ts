import type { GenerationSettings } from '../generation-options.ts';
import type { LogitsProcessor } from './logits-processor.ts';
import { minLength } from './min-length.ts';
import { noRepeatNgram } from './no-repeat-ngram.ts';
import { repetitionPenalty } from './repetition-penalty.ts';
import { temperature } from './temperature.ts';
import { topK } from './top-k.ts';
import { topP } from './top-p.ts';

/** The processors that the settings ask for, in the order of transformers (`_get_logits_processor`); the last three when sampling. */
export function processorChain(settings: GenerationSettings): LogitsProcessor {
  const chain: LogitsProcessor[] = [];
  if (settings.repetitionPenalty !== 1) chain.push(repetitionPenalty(settings.repetitionPenalty));
  if (settings.noRepeatNgramSize > 0) chain.push(noRepeatNgram(settings.noRepeatNgramSize));
  if (settings.minLength > 0) chain.push(minLength(settings.minLength, settings.endIds));
  if (settings.method === 'sample') {
    if (settings.temperature !== 1) chain.push(temperature(settings.temperature));
    if (settings.topK > 0) chain.push(topK(settings.topK));
    if (settings.topP < 1) chain.push(topP(settings.topP));
  }
  return (logits, ids) => {
    for (const process of chain) process(logits, ids);
  };
}
