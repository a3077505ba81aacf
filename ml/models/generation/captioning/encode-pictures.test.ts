import { expect, it } from 'vitest';
import { HoplineError } from '../../../../engine/plan/errors.ts';
import type { PixelValues } from '../../../images/index.ts';
import { encodePictures } from './encode-pictures.ts';

const picture = (value: number): PixelValues => ({ data: Float32Array.of(value), shape: [3, 1, 1] });
const broken = new HoplineError('IMAGE_INVALID', 'image must be readable, got noise');

/** Two hidden states a picture, both its number; notes the pictures of each run. */
function encoder() {
  const runs: number[][] = [];
  return {
    runs,
    async encode(pictures: readonly PixelValues[]) {
      const values = pictures.map(({ data }) => data[0]!);
      runs.push(values);
      return { data: Float32Array.from(values.flatMap((value) => [value, value])), shape: [pictures.length, 2, 1] };
    },
    sessionMilliseconds: () => 0,
    close: async () => {},
  };
}

it('joins the runs in the order of the pictures, broken ones left out', async () => {
  const model = encoder();
  const pictures = Array.from({ length: 19 }, async (_, i) => (i === 0 || i === 18 ? broken : picture(i)));
  const { states, failures } = await encodePictures(model, pictures);
  expect(model.runs.map((run) => run.length)).toEqual([8, 8, 1]);
  expect(states).toEqual({ data: Float32Array.from({ length: 34 }, (_, i) => 1 + (i >> 1)), shape: [17, 2, 1] });
  expect([...failures]).toEqual([
    [0, broken],
    [18, broken],
  ]);
});

it('encodes what is decoded while the rest is not', async () => {
  const model = encoder();
  let finish = (_: PixelValues): void => {};
  const last = new Promise<PixelValues>((resolve) => {
    finish = resolve;
  });
  const encoding = encodePictures(model, [...Array.from({ length: 8 }, async (_, i) => picture(i)), last]);
  await new Promise(setImmediate);
  expect(model.runs).toHaveLength(1);
  finish(picture(8));
  expect((await encoding).states!.shape).toEqual([9, 2, 1]);
});

it('has no states of pictures that are all broken', async () => {
  expect(await encodePictures(encoder(), [Promise.resolve(broken)])).toEqual({
    states: undefined,
    failures: new Map([[0, broken]]),
  });
});
