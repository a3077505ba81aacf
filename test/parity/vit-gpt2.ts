import type { NetworkFiles } from '../../ml/models/generation/captioning/open-networks.ts';
import { findOnnxFile } from '../../ml/models/generation/decoder/find-onnx-file.ts';
import type { GenerationOptions } from '../../ml/models/generation/generation-options.ts';
import {
  visionEncoderDecoderFiles as all,
  openVisionEncoderDecoderModel,
} from '../../ml/models/vision-encoder-decoder/open-vision-encoder-decoder-model.ts';
import {
  logitsParity,
  pictureParity,
  type ReferenceText,
  readPictures,
  type TokenCase,
  textParity,
  tokenizerParity,
} from './caption-parity.ts';
import { type ParityCase, parityCase, sameOrNot } from './parity-case.ts';
import { hasFiles, readRefs, readTensors } from './read-refs.ts';

interface VisionEncoderDecoderRefs {
  max_length: number;
  decoder_start_token_id: number;
  eos_token_id: number;
  cases: (ReferenceText & { image: string })[];
  tokens: TokenCase[];
}

const SEED = '0'.repeat(64);

/** The ways in which a decoder may be exported; every one that is there is checked. */
const variants: Record<string, NetworkFiles> = {
  merged: { ...all, decoder: { ...all.decoder, plain: [], withPast: [] } },
  'with past': { ...all, decoder: { ...all.decoder, merged: [] } },
  'without past': { ...all, decoder: { ...all.decoder, merged: [], withPast: [] } },
};

export async function recognises(folder: string): Promise<boolean> {
  if (!hasFiles(folder, 'config.json', 'refs/cases.json', 'refs/refs.safetensors')) return false;
  return (await readRefs<{ model_type?: string }>(folder, 'config.json')).model_type === 'vision-encoder-decoder';
}

/** Tokens, pictures, encoder, logits and whole captions, through every variant of the decoder that the folder has. */
export async function* parity(folder: string): AsyncGenerator<ParityCase> {
  const refs = await readRefs<VisionEncoderDecoderRefs>(folder, 'refs', 'cases.json');
  const tensors = await readTensors(folder, 'refs', 'refs.safetensors');
  const pictures = await readPictures(folder, refs.cases);
  const items = pictures.map((image) => ({ image, seed: SEED }));
  // The reference read the model's own defaults; only what it was called with is given.
  const options: GenerationOptions = { method: 'greedy', maxLength: refs.max_length };
  for (const [variant, files] of Object.entries(variants)) {
    const { merged, plain, withPast } = files.decoder;
    const needed = variant === 'with past' ? [plain, withPast] : [[...merged, ...plain]];
    if (needed.some((names) => findOnnxFile(folder, names) === undefined)) continue;
    const model = await openVisionEncoderDecoderModel(folder, {}, files);
    try {
      yield* tokenizerParity(model, refs.tokens);
      yield parityCase(`${variant} start id`, sameOrNot(model.startIds, [refs.decoder_start_token_id]), 0);
      yield parityCase(`${variant} end id`, sameOrNot(model.endIds, [refs.eos_token_id]), 0);
      for (const [i, { ids }] of refs.cases.entries()) {
        yield* pictureParity(model, tensors, pictures[i]!, i);
        const logits = await logitsParity(model, tensors, { at: i, name: 'greedy_logits', ids });
        yield { ...logits, name: `${variant}, ${logits.name}` };
      }
      yield* textParity(model, items, refs.cases, { name: `greedy, ${variant}`, options });
    } finally {
      await model.close();
    }
  }
}
