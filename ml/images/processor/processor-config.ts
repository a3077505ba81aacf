import { ImageError } from '../image-error.ts';
import type { Resample } from '../resize/resize-like-pil.ts';
import { knownProcessor } from './known-processors.ts';

/** What preprocessor_config.json asks for, with the defaults of its class filled in. Steps that are null are left out. */
export interface ProcessorConfig {
  readonly resize: { readonly size: ResizeRule; readonly resample: Resample } | null;
  readonly crop: { readonly width: number; readonly height: number } | null;
  /** Factor on 0..255, usually 1 / 255. */
  readonly rescale: number | null;
  /** Per channel, after the factor. */
  readonly normalize: { readonly mean: readonly number[]; readonly std: readonly number[] } | null;
}

export type ResizeRule = { readonly width: number; readonly height: number } | { readonly shortestEdge: number };

/** Pillow's numbers of the filters. */
const resamples: readonly Resample[] = ['nearest', 'lanczos', 'bilinear', 'bicubic', 'box', 'hamming'];

/** Steps of other processors that would change the numbers if they were passed over. */
const unknownSteps = ['do_pad', 'do_flip_channel_order', 'do_thumbnail', 'do_align_long_axis', 'do_splits', 'do_image_splitting'];

/** Reads a processor's configuration (CLIP, BLIP, ViT and their kin). @throws IMAGE_PROCESSOR_INVALID, IMAGE_PROCESSOR_UNSUPPORTED */
export function readProcessorConfig(given: Readonly<Record<string, unknown>>): ProcessorConfig {
  const known = knownProcessor(given);
  // A null stands for the default of the class, as in the reference.
  const config = { ...known.defaults, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null)) };
  for (const step of unknownSteps) if (config[step] === true) throw unsupported(step, true);
  if (config.crop_pct !== undefined) throw unsupported('crop_pct', config.crop_pct);
  return {
    resize:
      config.do_resize === true
        ? { size: resizeRule(config.size, known.intIsShortestEdge), resample: resampleOf(config.resample) }
        : null,
    crop: config.do_center_crop === true ? cropSize(config.crop_size ?? config.size) : null,
    rescale: config.do_rescale === true ? positive('rescale_factor', config.rescale_factor) : null,
    normalize:
      config.do_normalize === true
        ? { mean: perChannel('image_mean', config.image_mean), std: perChannel('image_std', config.image_std) }
        : null,
  };
}

function resizeRule(size: unknown, intIsShortestEdge: boolean): ResizeRule {
  if (typeof size === 'number') {
    const edge = side('size', size);
    return intIsShortestEdge ? { shortestEdge: edge } : { width: edge, height: edge };
  }
  if (Array.isArray(size) && size.length === 2) return { height: side('size[0]', size[0]), width: side('size[1]', size[1]) };
  const { shortest_edge: shortest, width, height, ...others } = (size ?? {}) as Record<string, unknown>;
  if (Object.keys(others).length > 0) throw unsupported('size', size);
  if (shortest !== undefined && shortest !== null) return { shortestEdge: side('size.shortest_edge', shortest) };
  return { width: side('size.width', width), height: side('size.height', height) };
}

function cropSize(size: unknown): { width: number; height: number } {
  const rule = resizeRule(size, false);
  return 'shortestEdge' in rule ? { width: rule.shortestEdge, height: rule.shortestEdge } : rule;
}

function resampleOf(code: unknown): Resample {
  const resample = typeof code === 'number' ? resamples[code] : undefined;
  return resample ?? fail('resample', 'must be a number of Pillow from 0 to 5', code);
}

function side(name: string, value: unknown): number {
  if (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 8192) return value as number;
  return fail(name, 'must be a whole number from 1 to 8192', value);
}

function positive(name: string, value: unknown): number {
  return typeof value === 'number' && value > 0 && value < Number.POSITIVE_INFINITY
    ? value
    : fail(name, 'must be above 0', value);
}

function perChannel(name: string, value: unknown): number[] {
  const values = typeof value === 'number' ? [value, value, value] : value;
  const fits = Array.isArray(values) && values.length === 3 && values.every((number) => Number.isFinite(number));
  if (!fits || (name === 'image_std' && values.includes(0))) return fail(name, 'must be three numbers', value);
  return values;
}

const fail = (name: string, rule: string, got: unknown): never => {
  throw new ImageError(
    'IMAGE_PROCESSOR_INVALID',
    `preprocessor_config.${name} ${rule}, got ${JSON.stringify(got)?.slice(0, 200)}`,
    'copy preprocessor_config.json from the same export as the model',
  );
};

const unsupported = (name: string, got: unknown): ImageError =>
  new ImageError(
    'IMAGE_PROCESSOR_UNSUPPORTED',
    `preprocessor_config.${name} must be absent, got ${JSON.stringify(got).slice(0, 200)}`,
    'processors of CLIP, BLIP and ViT are supported',
  );
