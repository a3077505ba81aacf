import type { z } from 'zod';
import type {
  FoldStep,
  InputSpecs,
  MapOutputMedium,
  MapStep,
  Medium,
  ReduceStep,
  SelectStep,
  SourceStep,
} from './define-step.ts';
import { HoplineError } from './errors.ts';
import type { Handle } from './handles.ts';

type MediumOf<S> = S extends Medium ? S : S extends { readonly medium: infer M extends Medium } ? M : never;

/** The handles that a step's input roles take. A text can't be wired where an image is due. */
export type Wiring<I extends InputSpecs> = { [R in keyof I]: Handle<MediumOf<I[R]>> };

interface NodeOptions<P extends z.ZodType, I extends InputSpecs> {
  inputs: Wiring<I>;
  /** Node params; the step's defaults fill the rest. */
  params?: z.input<P>;
  /** Names of registered models by the step's model roles. */
  models?: Record<string, string>;
}

export interface MapOptions<P extends z.ZodType, I extends InputSpecs> extends NodeOptions<P, I> {
  /** How many outputs an item, each on a chain of its own. Only where chains begin. Default 1. */
  fanOut?: number;
  /** Sets the depth of the outputs: the k-th arrival in the missing modality. Default: that of the primary input. */
  depth?: number;
  /** The share of items that may fail before the node does, 0..1. Default 0. */
  maxFailures?: number;
}

export interface PipelineBuilder {
  /** Reads the rows that `step` chooses from a registered dataset. */
  source<P extends z.ZodType>(
    name: string,
    step: SourceStep<P>,
    options: { dataset: string; params?: z.input<P> },
  ): { text: Handle<'text'>; image: Handle<'image'> };
  map<P extends z.ZodType, I extends InputSpecs, O extends MapOutputMedium>(
    name: string,
    step: MapStep<P, I, O>,
    options: MapOptions<P, I>,
  ): Handle<O>;
  select<P extends z.ZodType, I extends InputSpecs>(
    name: string,
    step: SelectStep<P, I>,
    options: NodeOptions<P, I>,
  ): Handle<'decisions'>;
  fold<P extends z.ZodType, I extends InputSpecs>(
    name: string,
    step: FoldStep<P, I>,
    options: NodeOptions<P, I>,
  ): Handle<'checkpoint'>;
  reduce<P extends z.ZodType, I extends InputSpecs>(
    name: string,
    step: ReduceStep<P, I>,
    options: NodeOptions<P, I>,
  ): Handle<'result'>;
}

export interface Pipeline<P extends z.ZodType = z.ZodType> {
  /** Kebab case. */
  name: string;
  version: string;
  /** One sentence. */
  description: string;
  /** zod object with a default and a `.describe` for every field. */
  params: P;
  /** Declares the nodes. Pure: the same params give the same graph. */
  build(pipeline: PipelineBuilder, params: z.output<P>): void;
  /** Params under short names: `--set profile=demo` picks one; single params override it. */
  profiles?: Record<string, z.input<P>>;
}

/** Declares a pipeline. Throws PIPELINE_INVALID when the name or version can't be used. */
export function definePipeline<P extends z.ZodType>(pipeline: Pipeline<P>): Pipeline<P> {
  if (!/^[a-z][a-z0-9-]*$/.test(pipeline.name)) {
    throw new HoplineError('PIPELINE_INVALID', `pipeline.name must be kebab case, got ${pipeline.name}`);
  }
  if (!/^[\w.-]+$/.test(pipeline.version)) {
    throw new HoplineError(
      'PIPELINE_INVALID',
      `pipeline "${pipeline.name}".version must be letters, digits, dots or dashes, got ${pipeline.version}`,
    );
  }
  return pipeline;
}
