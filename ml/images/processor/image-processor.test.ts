import { expect, it } from 'vitest';
import { parity } from '../../../test/parity/images.ts';
import { sharedFixture } from '../../../test/shared-fixture.ts';
import { preprocessImage } from './preprocess-image.ts';
import { readProcessorConfig } from './processor-config.ts';

const fixture = sharedFixture('images');

it.skipIf(fixture === null)("sees every odd file as Python's processors do", async () => {
  const cases = [];
  for await (const item of parity(fixture!)) cases.push(item);
  expect(cases.filter(({ passed }) => !passed)).toEqual([]);
  expect(cases.length).toBeGreaterThan(100);
});

const raw = { do_resize: false, do_rescale: false, do_normalize: false };
const ramp = (width: number, height: number) => ({
  width,
  height,
  pixels: Uint8Array.from({ length: width * height * 3 }, (_, i) => Math.floor(i / 3) + 1),
});

it('cuts the centre, and pads a picture that is too small with black', () => {
  const crop = (width: number, height: number) =>
    readProcessorConfig({ ...raw, do_center_crop: true, crop_size: { width, height } });
  const { data, shape } = preprocessImage(ramp(4, 3), crop(2, 1));
  expect([shape, [...data.subarray(0, 2)]]).toEqual([
    [3, 1, 2],
    [6, 7],
  ]);
  const padded = preprocessImage(ramp(2, 1), crop(5, 3));
  expect([...padded.data.subarray(0, 15)]).toEqual([0, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0]);
});

it('reads the spellings of a size', () => {
  const size = (config: Record<string, unknown>) => readProcessorConfig({ do_resize: true, resample: 2, ...config }).resize?.size;
  expect(size({ image_processor_type: 'CLIPImageProcessorFast', size: 20 })).toEqual({ shortestEdge: 20 });
  expect(size({ feature_extractor_type: 'ViTFeatureExtractor', size: 20 })).toEqual({ width: 20, height: 20 });
  expect(size({ size: { height: 20, width: 30 } })).toEqual({ width: 30, height: 20 });
  expect(size({ size: [20, 30] })).toEqual({ width: 30, height: 20 });
  expect(size({ image_processor_type: 'BlipImageProcessor' })).toEqual({ width: 384, height: 384 });
});

it.each([
  [{ do_resize: true, size: { height: 0, width: 3 } }, 'IMAGE_PROCESSOR_INVALID', 'size.width|size.height'],
  [{ do_resize: true, size: 3, resample: 9 }, 'IMAGE_PROCESSOR_INVALID', 'resample'],
  [{ do_normalize: true, image_mean: [0, 0], image_std: [1, 1] }, 'IMAGE_PROCESSOR_INVALID', 'image_mean'],
  [{ do_normalize: true, image_mean: 0, image_std: [1, 0, 1] }, 'IMAGE_PROCESSOR_INVALID', 'image_std'],
  [{ do_resize: true, size: { shortest_edge: 4, longest_edge: 9 } }, 'IMAGE_PROCESSOR_UNSUPPORTED', 'size'],
  [{ do_pad: true }, 'IMAGE_PROCESSOR_UNSUPPORTED', 'do_pad'],
])('refuses %j', (config, code, field) => {
  expect(() => readProcessorConfig(config)).toThrow(
    expect.objectContaining({ code, message: expect.stringMatching(`preprocessor_config.(${field})`) }),
  );
});
