import { resizeLikePil } from '../resize/resize-like-pil.ts';
import type { ResizeWindow } from '../resize/resize-window.ts';
import type { RgbImage } from '../rgb-image.ts';
import type { ProcessorConfig, ResizeRule } from './processor-config.ts';

/** float32, channels first. */
export interface PixelValues {
  readonly data: Float32Array;
  readonly shape: readonly [channels: 3, height: number, width: number];
}

/** Resize, centre crop, rescale, normalise: `_preprocess` of transformers' PIL backend, with its roundings. */
export function preprocessImage(image: RgbImage, config: ProcessorConfig): PixelValues {
  const size = config.resize ? targetSize(image, config.resize.size) : image;
  const crop = config.crop ?? size;
  const window = cropWindow(size, crop);
  const part = config.resize
    ? resizeLikePil(image, size.width, size.height, config.resize.resample, window)
    : resizeLikePil(image, image.width, image.height, 'box', window);
  return channelsFirst(part, crop, valueTables(config), paddingOf(size, crop));
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The longer side is cut to whole pixels, not rounded. */
function targetSize({ width, height }: Size, rule: ResizeRule): Size {
  if (!('shortestEdge' in rule)) return rule;
  const edge = rule.shortestEdge;
  return width <= height
    ? { width: edge, height: Math.trunc((edge * height) / width) }
    : { width: Math.trunc((edge * width) / height), height: edge };
}

/** What of the picture a centre crop shows. */
function cropWindow(size: Size, crop: Size): ResizeWindow {
  return {
    left: Math.max(0, Math.floor((size.width - crop.width) / 2)),
    top: Math.max(0, Math.floor((size.height - crop.height) / 2)),
    width: Math.min(size.width, crop.width),
    height: Math.min(size.height, crop.height),
  };
}

/** Where a picture that is smaller than its crop begins in it. */
function paddingOf(size: Size, crop: Size): { left: number; top: number } {
  const left = Math.max(0, Math.ceil((crop.width - size.width) / 2));
  const top = Math.max(0, Math.ceil((crop.height - size.height) / 2));
  return { left, top };
}

const tables = new WeakMap<ProcessorConfig, Float32Array[]>();

/** The tables of a configuration, made once: for a small picture they are more work than the picture. */
function valueTables(config: ProcessorConfig): Float32Array[] {
  const known = tables.get(config) ?? makeTables(config);
  tables.set(config, known);
  return known;
}

/** The float32 of each of the 256 levels, per channel: (level * factor, rounded to float32; minus mean, rounded) / std, rounded. */
function makeTables({ rescale, normalize }: ProcessorConfig): Float32Array[] {
  return [0, 1, 2].map((channel) =>
    Float32Array.from({ length: 256 }, (_, level) => {
      const value = Math.fround(rescale === null ? level : level * rescale);
      if (normalize === null) return value;
      return Math.fround(value - Math.fround(normalize.mean[channel]!)) / Math.fround(normalize.std[channel]!);
    }),
  );
}

function channelsFirst(part: RgbImage, crop: Size, tables: Float32Array[], pad: { left: number; top: number }): PixelValues {
  const area = crop.width * crop.height;
  const data = new Float32Array(3 * area);
  for (const [channel, table] of tables.entries()) {
    if (part.width < crop.width || part.height < crop.height) data.fill(table[0]!, channel * area, (channel + 1) * area);
    for (let y = 0, from = channel; y < part.height; y++) {
      let to = channel * area + (y + pad.top) * crop.width + pad.left;
      for (let x = 0; x < part.width; x++, from += 3) data[to++] = table[part.pixels[from]!]!;
    }
  }
  return { data, shape: [3, crop.height, crop.width] };
}
