import { deviceProviders } from '../../onnx/index.ts';
import { requireOnnxFile } from '../decoder/find-onnx-file.ts';
import { type DecoderFiles, openTextDecoder } from '../decoder/open-text-decoder.ts';
import type { CaptionModel, CaptionModelOptions } from './caption-model.ts';
import { openPictureEncoder } from './open-picture-encoder.ts';

export interface NetworkFiles {
  /** Names that the vision model may have, without `.onnx`. */
  readonly encoder: readonly string[];
  readonly decoder: DecoderFiles;
}

/** Opens both networks of a captioner, or neither. @param heads of the decoder's attention @throws HoplineError MODEL_* */
export async function openNetworks(
  folder: string,
  files: NetworkFiles,
  heads: number,
  { threads = 1, device }: CaptionModelOptions,
): Promise<Pick<CaptionModel, 'encoder' | 'decoder' | 'close'>> {
  const options = { threads, providers: deviceProviders(device) };
  const encoder = await openPictureEncoder(requireOnnxFile(folder, files.encoder), options);
  try {
    const decoder = await openTextDecoder(folder, files.decoder, heads, options);
    return {
      encoder,
      decoder,
      async close() {
        await encoder.close();
        await decoder.close();
      },
    };
  } catch (error) {
    await encoder.close();
    throw error;
  }
}
