import { openImageProcessor } from '../../images/index.ts';
import type { CaptionModel, CaptionModelOptions } from '../generation/captioning/caption-model.ts';
import { mergedJson, readModelJson, sectionOf, wholeNumber } from '../generation/captioning/model-json.ts';
import { type NetworkFiles, openNetworks } from '../generation/captioning/open-networks.ts';
import { openTokenizer, requireVocabulary } from '../tokenizer/index.ts';

export const blipFiles: NetworkFiles = {
  encoder: ['vision_model', 'vision_encoder', 'encoder_model'],
  decoder: {
    merged: ['text_decoder_merged', 'text_decoder_model_merged', 'decoder_model_merged'],
    plain: ['text_decoder', 'text_decoder_model', 'decoder_model'],
    withPast: [
      'text_decoder_with_past',
      'text_decoder_with_past_model',
      'text_decoder_model_with_past',
      'decoder_with_past_model',
    ],
  },
};

/** The parts of a BLIP captioner (Li et al. 2022; transformers' BlipForConditionalGeneration). A text begins with the decoder's own
 *  token, [DEC], and ends with [SEP]: what the config calls eos is never generated.
 *  @throws HoplineError MODEL_*, TOKENIZER_*, IMAGE_PROCESSOR_* */
export async function openBlipModel(folder: string, options: CaptionModelOptions = {}, files = blipFiles): Promise<CaptionModel> {
  const where = 'config.text_config';
  const text = sectionOf(await readModelJson(folder, 'config.json'), 'text_config');
  const tokenizer = await openTokenizer(folder);
  requireVocabulary(tokenizer, wholeNumber(`${where}.vocab_size`, text.vocab_size), where);
  const processor = await openImageProcessor(folder);
  const parts = {
    tokenizer,
    pixelValues: processor.pixelValues,
    startIds: [wholeNumber(`${where}.bos_token_id`, text.bos_token_id, tokenizer.idOf('[DEC]'), tokenizer.special.bos)],
    endIds: [wholeNumber(`${where}.sep_token_id`, text.sep_token_id, tokenizer.special.sep)],
    longest: wholeNumber(`${where}.max_position_embeddings`, text.max_position_embeddings, 512),
    defaults: mergedJson(text, await readModelJson(folder, 'generation_config.json')),
  };
  const heads = wholeNumber(`${where}.num_attention_heads`, text.num_attention_heads, 12);
  return { ...parts, ...(await openNetworks(folder, files, heads, options)) };
}
