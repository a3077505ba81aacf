import { openImageProcessor } from '../../images/index.ts';
import type { CaptionModel, CaptionModelOptions } from '../generation/captioning/caption-model.ts';
import { idList, mergedJson, readModelJson, sectionOf, wholeNumber } from '../generation/captioning/model-json.ts';
import { type NetworkFiles, openNetworks } from '../generation/captioning/open-networks.ts';
import { openTokenizer, requireVocabulary } from '../tokenizer/index.ts';

export const visionEncoderDecoderFiles: NetworkFiles = {
  encoder: ['encoder_model'],
  decoder: { merged: ['decoder_model_merged'], plain: ['decoder_model'], withPast: ['decoder_with_past_model'] },
};

/** The parts of transformers' VisionEncoderDecoderModel (ViT-GPT2 and its kin) as optimum exports it and transformers.js reads it.
 *  @throws HoplineError MODEL_*, TOKENIZER_*, IMAGE_PROCESSOR_* */
export async function openVisionEncoderDecoderModel(
  folder: string,
  options: CaptionModelOptions = {},
  files = visionEncoderDecoderFiles,
): Promise<CaptionModel> {
  const config = await readModelJson(folder, 'config.json');
  const text = sectionOf(config, 'decoder');
  const defaults = mergedJson(text, config, await readModelJson(folder, 'generation_config.json'));
  const tokenizer = await openTokenizer(folder);
  requireVocabulary(tokenizer, wholeNumber('config.decoder.vocab_size', text.vocab_size), 'config.decoder');
  const processor = await openImageProcessor(folder);
  const parts = {
    tokenizer,
    pixelValues: processor.pixelValues,
    startIds: [wholeNumber('generation_config.decoder_start_token_id', defaults.decoder_start_token_id, defaults.bos_token_id)],
    endIds: idList(defaults.eos_token_id),
    longest: wholeNumber('config.decoder.n_positions', text.n_positions, text.max_position_embeddings, 1024),
    defaults,
  };
  const heads = wholeNumber('config.decoder.n_head', text.n_head, text.num_attention_heads, text.decoder_attention_heads, 12);
  return { ...parts, ...(await openNetworks(folder, files, heads, options)) };
}
