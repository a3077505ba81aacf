import { HoplineError } from '../../../engine/plan/errors.ts';
import { deviceProviders, type OnnxFeed, type OnnxModel, type OnnxTensor, openOnnxModel } from '../onnx/index.ts';
import type { VisionNetwork, VisionNetworkOptions } from './vision-network.ts';

/** Vectors of a picture, the best first: CLIP's projection, the pooler's. */
const pooledNames = ['image_embeds', 'pooler_output'];
const STATES = 'last_hidden_state';

/** Opens a vision model from an ONNX file: `pixel_values` -> image_embeds or pooler_output, and last_hidden_state. Of a whole CLIP the text
 *  side is given a text of nothing. @throws HoplineError MODEL_* */
export async function openOnnxVision(file: string, { threads = 1, device }: VisionNetworkOptions = {}): Promise<VisionNetwork> {
  const model = await openOnnxModel(file, { threads, providers: deviceProviders(device) });
  const pooledName = pooledNames.find((name) => model.output(name));
  const wanted = [pooledName, model.output(STATES) && STATES].filter((name) => name !== undefined);
  const pixelsInput = model.input('pixel_values');
  if (wanted.length === 0 || !pixelsInput) {
    await model.close();
    throw new HoplineError(
      'MODEL_OUTPUT_MISSING',
      `${file} must make ${[...pooledNames, STATES].join(' or ')} of pixel_values, got ${model.outputs.map(({ name }) => name).join(', ')}`,
      { hint: 'export it for the task feature-extraction or image-feature-extraction' },
    );
  }
  const text = emptyText(model);
  return {
    input: pixelsInput.shape.slice(1),
    async run(pixels) {
      const found = await model.run({ pixel_values: pixels, ...text }, { outputs: wanted });
      const states = found[STATES];
      return { pooled: pooledName ? found[pooledName]! : firstTokens(states!), ...(states && { states }) };
    },
    close: () => model.close(),
  };
}

/** Feeds of a text side, of two tokens where its length is open. */
function emptyText(model: OnnxModel): Record<string, OnnxFeed> {
  const declared = model.input('input_ids');
  if (!declared) return {};
  const length = typeof declared.shape[1] === 'number' && declared.shape[1] > 0 ? declared.shape[1] : 2;
  const feed = (value: number): OnnxFeed => ({ data: new Array<number>(length).fill(value), shape: [1, length] });
  return { input_ids: feed(0), attention_mask: feed(1) };
}

/** [B, T, D] -> [B, D]: the class tokens' states. */
function firstTokens({ data, shape }: OnnxTensor): OnnxTensor {
  const [batch, length, width] = shape as [number, number, number];
  const first = new Float32Array(batch * width);
  for (let row = 0; row < batch; row++)
    first.set((data as Float32Array).subarray(row * length * width, row * length * width + width), row * width);
  return { data: first, shape: [batch, width] };
}
