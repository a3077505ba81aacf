import { openBlipModel } from '../../ml/models/blip/open-blip-model.ts';
import type { CaptionModel } from '../../ml/models/generation/captioning/caption-model.ts';
import { requireOnnxFile } from '../../ml/models/generation/decoder/find-onnx-file.ts';
import type { GenerationOptions } from '../../ml/models/generation/generation-options.ts';
import { processorChain } from '../../ml/models/generation/logits/processor-chain.ts';
import { softmax } from '../../ml/models/generation/logits/softmax.ts';
import { resolveSettings } from '../../ml/models/generation/resolve-settings.ts';
import { openOnnxModel } from '../../ml/models/onnx/index.ts';
import {
  logitsParity,
  pictureParity,
  type ReferenceText,
  readPictures,
  type Tensors,
  type TokenCase,
  textParity,
  tokenizerParity,
} from './caption-parity.ts';
import { largestDifference, type ParityCase, parityCase, sameOrNot } from './parity-case.ts';
import { hasFiles, readRefs, readTensors } from './read-refs.ts';

interface Nucleus {
  ids: number[];
  /** Ids that could be drawn, per step. */
  kept_per_step: number[];
}

interface BlipRefs {
  generation: {
    top_p: number;
    top_k: number;
    temperature: number;
    min_length: number;
    max_length: number;
    repetition_penalty: number;
  };
  prompt: string;
  start_ids: number[];
  prompt_start_ids: number[];
  eos_token_id: number;
  cases: {
    image: string;
    tensors: number;
    greedy?: ReferenceText;
    greedy_prompt?: ReferenceText;
    greedy_min_rep?: ReferenceText;
    nucleus?: Nucleus;
  }[];
  tokens: TokenCase[];
}

const SEED = '0'.repeat(64);

export async function recognises(folder: string): Promise<boolean> {
  if (!hasFiles(folder, 'config.json', 'refs/cases.json', 'refs/refs.safetensors')) return false;
  return (await readRefs<{ model_type?: string }>(folder, 'config.json')).model_type === 'blip';
}

/** Tokens, pictures, encoder, logits and whole captions of a BLIP folder with references. */
export async function* parity(folder: string): AsyncGenerator<ParityCase> {
  const refs = await readRefs<BlipRefs>(folder, 'refs', 'cases.json');
  const tensors = await readTensors(folder, 'refs', 'refs.safetensors');
  const pictures = await readPictures(folder, refs.cases);
  const model = await openBlipModel(folder);
  try {
    yield* tokenizerParity(model, refs.tokens);
    const promptIds = model.tokenizer.encode(refs.prompt, { addSpecialTokens: false });
    yield parityCase('start ids', sameOrNot(model.startIds, refs.start_ids), 0);
    yield parityCase('prompt ids', sameOrNot([...model.startIds, ...promptIds], refs.prompt_start_ids), 0);
    yield parityCase('end id', sameOrNot(model.endIds, [refs.eos_token_id]), 0);
    yield await probeParity(folder, tensors);
    for (const [i, item] of refs.cases.entries()) {
      const at = item.tensors;
      yield* pictureParity(model, tensors, pictures[i]!, at);
      for (const name of ['greedy', 'greedy_prompt', 'greedy_min_rep', 'nucleus'] as const)
        if (item[name]) yield await logitsParity(model, tensors, { at, name: `${name}_logits`, ids: item[name].ids });
      if (item.nucleus) yield* nucleusParity(model, refs.generation, tensors, { at, nucleus: item.nucleus });
    }
    yield* captionParity(model, refs, pictures);
  } finally {
    await model.close();
  }
}

/** A batch of 2 with hidden positions, straight through the decoder's file. */
async function probeParity(folder: string, tensors: Tensors): Promise<ParityCase> {
  const decoder = await openOnnxModel(requireOnnxFile(folder, ['text_decoder', 'text_decoder_model', 'decoder_model']));
  try {
    const names = ['input_ids', 'attention_mask', 'encoder_hidden_states', 'encoder_attention_mask'];
    const feeds = Object.fromEntries(names.map((name) => [name, tensors.get(`probe/${name}`)]));
    const { logits } = await decoder.run(feeds as never, { outputs: ['logits'] });
    return parityCase('probe logits', largestDifference(logits!.data, tensors.get('probe/logits').data), 1e-4);
  } finally {
    await decoder.close();
  }
}

/** The distribution that is drawn from: the processors on the reference's raw logits. */
function* nucleusParity(
  model: CaptionModel,
  generation: BlipRefs['generation'],
  tensors: Tensors,
  { at, nucleus }: { at: number; nucleus: Nucleus },
): Generator<ParityCase> {
  const settings = resolveSettings(samplingOf(generation), model.defaults, model.endIds, model.longest);
  const process = processorChain(settings);
  const raw = tensors.get(`nucleus_logits/${at}`);
  const expected = tensors.get(`nucleus_probs/${at}`).data as Float32Array;
  const [steps, vocabulary] = raw.shape as [number, number];
  const kept: number[] = [];
  let largest = 0;
  for (let step = 0; step < steps; step++) {
    const logits = (raw.data as Float32Array).slice(step * vocabulary, (step + 1) * vocabulary);
    process(logits, nucleus.ids.slice(0, nucleus.ids.length - steps + step));
    const probabilities = softmax(logits);
    kept.push(probabilities.filter((probability) => probability > 0).length);
    const wanted = expected.subarray(step * vocabulary, (step + 1) * vocabulary);
    largest = Math.max(largest, largestDifference(probabilities, wanted));
  }
  yield parityCase(`picture ${at} nucleus probabilities`, largest, 1e-5);
  yield parityCase(`picture ${at} nucleus sizes`, sameOrNot(kept, nucleus.kept_per_step), 0);
}

async function* captionParity(model: CaptionModel, refs: BlipRefs, pictures: readonly Uint8Array[]): AsyncGenerator<ParityCase> {
  const { cases, generation, prompt } = refs;
  const greedy: GenerationOptions = { method: 'greedy', minLength: 0, repetitionPenalty: 1, maxLength: generation.max_length };
  const repeated = { ...greedy, minLength: generation.min_length, repetitionPenalty: generation.repetition_penalty };
  for (const [name, options, text] of [
    ['greedy', greedy, undefined],
    ['greedy_prompt', greedy, prompt],
    ['greedy_min_rep', repeated, undefined],
  ] as const) {
    const known = cases.flatMap((item, i) => (item[name] ? [{ image: pictures[i]!, expected: item[name] }] : []));
    const items = known.map(({ image }) => ({ image, seed: SEED, ...(text !== undefined && { prompt: text }) }));
    yield* textParity(
      model,
      items,
      known.map(({ expected }) => expected),
      { name, options },
    );
  }
}

const samplingOf = (generation: BlipRefs['generation']): GenerationOptions => ({
  method: 'sample',
  topP: generation.top_p,
  topK: generation.top_k,
  temperature: generation.temperature,
  minLength: generation.min_length,
  maxLength: generation.max_length,
  repetitionPenalty: generation.repetition_penalty,
});
