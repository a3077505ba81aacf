import type { PipelineBuilder } from '../../engine/plan/define-pipeline.ts';
import { type Handle, union } from '../../engine/plan/handles.ts';
import { drawWithModel } from '../generators/draw-with-model.ts';
import { writeWithModel } from '../generators/write-with-model.ts';
import type { Params } from './params.ts';
import { drawPictures } from './steps/draw-pictures.ts';
import { pairFeatures } from './steps/pair-features.ts';
import { pairFeaturesResized } from './steps/pair-features-resized.ts';
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
  const { generation } = params;
  const pictures: Handle<'image'>[] = [];
  let prompt = text;
  for (let depth = 1; depth <= generation.depth; depth++) {
    if (depth > 1) {
      prompt = declareCaptions(pipeline, `${prefix}captions-${depth - 1}`, pictures.at(-1)!, params);
    }
    pictures.push(declarePictures(pipeline, `${prefix}images-${depth}`, prompt, params, depth === 1 ? chains : 1, depth));
  }
  return {
    pictures: union(...pictures),
    features: declareFeatures(pipeline, `${prefix}features`, union(...pictures), text, params),
  };
}

function declareCaptions(
  pipeline: PipelineBuilder,
  name: string,
  image: Handle<'image'>,
  { models, generation, generator }: Params,
): Handle<'text'> {
  const { topP, sayThreshold, maxFailures } = generation;
  const inputs = { image };
  if (generator.text !== null) {
    return pipeline.map(name, writeWithModel, {
      inputs,
      params: generator.writing,
      models: { captioner: generator.text },
      maxFailures,
    });
  }
  return pipeline.map(name, writeCaptions, {
    inputs,
    params: { topP, sayThreshold },
    models: { captioner: models.captioner },
    maxFailures,
  });
}

function declarePictures(
  pipeline: PipelineBuilder,
  name: string,
  text: Handle<'text'>,
  { models, generation, generator }: Params,
  fanOut: number,
  depth: number,
): Handle<'image'> {
  const { guidanceScale, temperature, maxFailures } = generation;
  const common = { inputs: { text }, fanOut, depth, maxFailures };
  if (generator.image !== null) {
    return pipeline.map(name, drawWithModel, { ...common, params: generator.drawing, models: { generator: generator.image } });
  }
  return pipeline.map(name, drawPictures, {
    ...common,
    params: { guidanceScale, temperature },
    models: { generator: models.generator },
  });
}

/** Vectors of pictures for the pair of each real text. Other generators draw at other sizes than the encoder's. */
export function declareFeatures(
  pipeline: PipelineBuilder,
  name: string,
  image: Handle<'image'>,
  text: Handle<'text'>,
  { models, generation, generator }: Params,
): Handle<'features'> {
  return pipeline.map(name, generator.image === null ? pairFeatures : pairFeaturesResized, {
    inputs: { image, text },
    models: { encoder: models.encoder },
    maxFailures: generation.maxFailures,
  });
}
