import { HoplineError } from '../../../../engine/plan/errors.ts';
import type { PixelValues } from '../../../images/index.ts';
import { type OnnxModelOptions, type OnnxValue, openOnnxModel } from '../../onnx/index.ts';
import type { PictureEncoder } from './caption-model.ts';

/** Opens a vision model: `pixel_values` [pictures, 3, height, width] -> `last_hidden_state`, or whatever its first output is called.
 *  @throws HoplineError MODEL_* */
export async function openPictureEncoder(path: string, options: OnnxModelOptions): Promise<PictureEncoder> {
  const model = await openOnnxModel(path, options);
  const pixels = model.input('pixel_values') ?? model.inputs[0]!;
  const hidden = (model.output('last_hidden_state') ?? model.outputs[0]!).name;
  return {
    async encode(pictures) {
      const [channels, height, width] = requireShape(pictures, pixels);
      const size = channels * height * width;
      const data = new Float32Array(pictures.length * size);
      for (const [at, picture] of pictures.entries()) data.set(picture.data, at * size);
      const feeds = { [pixels.name]: { data, shape: [pictures.length, channels, height, width] } };
      return (await model.run(feeds, { outputs: [hidden] }))[hidden]!;
    },
    sessionMilliseconds: () => model.spent.milliseconds,
    close: () => model.close(),
  };
}

function requireShape(pictures: readonly PixelValues[], { shape: declared }: OnnxValue): PixelValues['shape'] {
  const shape = pictures[0]!.shape;
  const fits = declared.slice(1).every((dim, axis) => typeof dim === 'string' || dim < 0 || dim === shape[axis]);
  if (fits && pictures.every((picture) => picture.shape.join() === shape.join())) return shape;
  throw new HoplineError(
    'MODEL_INPUT_MISFIT',
    `preprocessor_config.size must give the encoder's [${declared.slice(1).join(', ')}], got [${shape.join(', ')}]`,
    { hint: 'copy preprocessor_config.json from the same export as the model' },
  );
}
