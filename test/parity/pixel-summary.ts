import type { PixelValues } from '../../ml/images/processor/preprocess-image.ts';

/** What is stored of pixel values that are too many to be stored whole, rounded to 6 digits. */
export interface PixelSummary {
  shape: number[];
  mean_per_channel: number[];
  std: number;
  /** The first four of the first row of channel 0. */
  first: number[];
  /** Each channel at [height / 2, width / 2]. */
  centre: number[];
}

/** Largest difference of any number of the summary; infinite for another shape. */
export function summaryDifference({ data, shape }: PixelValues, expected: PixelSummary): number {
  if (shape.join() !== expected.shape.join()) return Number.POSITIVE_INFINITY;
  const [channels, height, width] = shape;
  const area = height * width;
  const total = data.reduce((sum, value) => sum + value, 0) / data.length;
  const variance = data.reduce((sum, value) => sum + (value - total) ** 2, 0) / data.length;
  const middle = Math.floor(height / 2) * width + Math.floor(width / 2);
  const actual = [Math.sqrt(variance), ...data.subarray(0, expected.first.length)];
  for (let c = 0; c < channels; c++) {
    actual.push(data.subarray(c * area, (c + 1) * area).reduce((sum, value) => sum + value, 0) / area, data[c * area + middle]!);
  }
  const wanted = [expected.std, ...expected.first];
  for (let c = 0; c < channels; c++) wanted.push(expected.mean_per_channel[c]!, expected.centre[c]!);
  return Math.max(...actual.map((value, i) => Math.abs(value - wanted[i]!)));
}
