import type { PipelineBuilder } from '../../engine/plan/define-pipeline.ts';
import { type Handle, union } from '../../engine/plan/handles.ts';
import type { Params } from './params.ts';
import { drawPictures } from './steps/draw-pictures.ts';
import { pairFeatures } from './steps/pair-features.ts';
import { writeCaptions } from './steps/write-captions.ts';

/** Pictures of texts at every depth of every chain, and their vectors. */
export interface Pool {
  pictures: Handle<'image'>;
  features: Handle<'features'>;
}

/** Chained cross-modal generation: text -> picture -> caption -> picture ..., `depth` pictures on each chain. The pool is their union:
 *  in the mixture no region is worse covered than K times its best single depth (README.md, "Why it is built so").
 *  @param prefix `''` for the training texts, `test-` for those of the test part */
export function declareChains(
  pipeline: PipelineBuilder,
  text: Handle<'text'>,
  params: Params,
  prefix: string,
  chains: number,
): Pool {
  const { generation, models } = params;
  const { guidanceScale, temperature, topP, sayThreshold, maxFailures } = generation;
  const pictures: Handle<'image'>[] = [];
  let prompt = text;
  for (let depth = 1; depth <= generation.depth; depth++) {
    if (depth > 1) {
      prompt = pipeline.map(`${prefix}captions-${depth - 1}`, writeCaptions, {
        inputs: { image: pictures.at(-1)! },
        params: { topP, sayThreshold },
        models: { captioner: models.captioner },
        maxFailures,
      });
    }
    const drawn = pipeline.map(`${prefix}images-${depth}`, drawPictures, {
      inputs: { text: prompt },
      params: { guidanceScale, temperature },
      models: { generator: models.generator },
      fanOut: depth === 1 ? chains : 1,
      depth,
      maxFailures,
    });
    pictures.push(drawn);
  }
  return {
    pictures: union(...pictures),
    features: declareFeatures(pipeline, `${prefix}features`, union(...pictures), text, params),
  };
}

/** Vectors of pictures for the pair of each real text. */
export function declareFeatures(
  pipeline: PipelineBuilder,
  name: string,
  image: Handle<'image'>,
  text: Handle<'text'>,
  { models, generation }: Params,
): Handle<'features'> {
  return pipeline.map(name, pairFeatures, {
    inputs: { image, text },
    models: { encoder: models.encoder },
    maxFailures: generation.maxFailures,
  });
}
