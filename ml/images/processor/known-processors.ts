const halves = [0.5, 0.5, 0.5];
const imagenet = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
const clip = { mean: [0.48145466, 0.4578275, 0.40821073], std: [0.26862954, 0.26130258, 0.27577711] };

const base = { do_resize: true, do_rescale: true, rescale_factor: 1 / 255, do_normalize: true, do_center_crop: false };
const square = (side: number) => ({ height: side, width: side });

export interface KnownProcessor {
  readonly defaults: Readonly<Record<string, unknown>>;
  /** What a plain number as `size` means: the shortest edge, or (the others) both sides. */
  readonly intIsShortestEdge: boolean;
}

/** The class attributes of transformers 5.23: what a configuration need not say. */
const known: Readonly<Record<string, KnownProcessor>> = {
  CLIP: {
    intIsShortestEdge: true,
    defaults: {
      ...base,
      size: { shortest_edge: 224 },
      do_center_crop: true,
      crop_size: square(224),
      resample: 3,
      image_mean: clip.mean,
      image_std: clip.std,
    },
  },
  Blip: {
    intIsShortestEdge: false,
    defaults: { ...base, size: square(384), resample: 3, image_mean: clip.mean, image_std: clip.std },
  },
  ViT: {
    intIsShortestEdge: false,
    defaults: { ...base, size: square(224), resample: 2, image_mean: halves, image_std: halves },
  },
  DeiT: {
    intIsShortestEdge: false,
    defaults: {
      ...base,
      size: square(256),
      do_center_crop: true,
      crop_size: square(224),
      resample: 3,
      image_mean: imagenet.mean,
      image_std: imagenet.std,
    },
  },
  Siglip: {
    intIsShortestEdge: false,
    defaults: { ...base, size: square(224), resample: 3, image_mean: halves, image_std: halves },
  },
};

/** The class that a configuration names (`CLIPImageProcessor`, `ViTFeatureExtractor`, `BlipImageProcessorFast`, ...). Of another class
 *  only what is written counts, over what all processors share. */
export function knownProcessor(config: Readonly<Record<string, unknown>>): KnownProcessor {
  const type = String(config.image_processor_type ?? config.feature_extractor_type ?? '');
  const family = type.replace(/(ImageProcessor|FeatureExtractor)(Fast|Pil)?$/, '');
  if (Object.hasOwn(known, family)) return known[family]!;
  return { defaults: { ...base, do_resize: false, do_normalize: false, resample: 2 }, intIsShortestEdge: false };
}
