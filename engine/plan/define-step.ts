import type { z } from 'zod';
import type { Digest } from './digest.ts';
import { HoplineError } from './errors.ts';
import type { JsonObject } from './json.ts';
import type {
  FoldOutput,
  FoldTask,
  MapOutput,
  MapTask,
  ReduceOutput,
  ReduceTask,
  SelectOutput,
  SelectTask,
  StepContext,
} from './step-io.ts';

/** What a node hands on. Samples are `text`, `image` or `features`; the rest are results of whole nodes. */
export type Medium = 'text' | 'image' | 'features' | 'scores' | 'decisions' | 'checkpoint' | 'result';
export type SampleMedium = Extract<Medium, 'text' | 'image' | 'features'>;

/** An input role: a medium, or a medium whose bytes are not read (only key and coordinates arrive), `{ medium, load: false }`. */
export type InputSpec = Medium | { medium: Medium; load: boolean };
export type InputSpecs = Record<string, InputSpec>;

/** How far a second execution may differ from the first. `tolerance` is the largest absolute difference of any number. */
export type Determinism = 'bitwise' | { tolerance: number } | 'stochastic';

interface StepBase<P extends z.ZodType, I extends InputSpecs> {
  /** Kebab case, unique in the project. */
  name: string;
  /** The author's word that results are unchanged while it is. Part of every derivation key. */
  version: string;
  /** `import.meta.url` of the file that exports this step: the device host imports it, the code digest is taken from it. */
  module: string;
  /** zod object; defaults are filled in before keys are made. */
  params: P;
  /** Input roles. The first sample role is the primary one: outputs take its place in root, chain and depth. */
  inputs: I;
  /** Model roles, e.g. `['generator']`. The digest of the model that plays the role is part of every key. */
  models?: readonly string[];
  /** Whether results depend on a seed. Default true. A step that draws nothing says false, and its results are shared by all seeds. */
  seeded?: boolean;
  /** Default `bitwise`. */
  determinism?: Determinism;
  /** The resource class, which is the task queue: `cpu` (default), `gpu` or a name of yours. */
  resource?: string;
}

export type MapOutputMedium = SampleMedium | 'scores';

export interface MapStep<
  P extends z.ZodType = z.ZodType,
  I extends InputSpecs = InputSpecs,
  O extends MapOutputMedium = MapOutputMedium,
> extends StepBase<P, I> {
  kind: 'map';
  output: O;
  /** Whether an output is one generator call further from the real sample. Default false. */
  hop?: boolean;
  /** For `scores`: the role that is scored. Default: the primary role. */
  subject?: string;
  /** Items a task. Fixed batch shapes are the step's own business: it pads. Default 256. */
  batchSize?: number;
  /** What becomes of an output that says nothing: a text without a visible character, a picture of one single colour. `fail` records the
   *  item as failed, STEP_OUTPUT_BLANK. Default: `fail` for texts, `keep` for pictures, because looking costs a decoding (1-20 ms each). */
  blank?: 'fail' | 'keep';
  /** One output an item, in order. */
  run(task: MapTask<z.output<P>>, context: StepContext): Promise<MapOutput[]>;
}

export interface SelectStep<P extends z.ZodType = z.ZodType, I extends InputSpecs = InputSpecs> extends StepBase<P, I> {
  kind: 'select';
  run(task: SelectTask<z.output<P>>, context: StepContext): Promise<SelectOutput>;
}

export interface FoldStep<P extends z.ZodType = z.ZodType, I extends InputSpecs = InputSpecs> extends StepBase<P, I> {
  kind: 'fold';
  /** How many states the chain has, from the params. */
  epochs(params: z.output<P>): number;
  run(task: FoldTask<z.output<P>>, context: StepContext): Promise<FoldOutput>;
}

export interface ReduceStep<P extends z.ZodType = z.ZodType, I extends InputSpecs = InputSpecs> extends StepBase<P, I> {
  kind: 'reduce';
  run(task: ReduceTask<z.output<P>>, context: StepContext): Promise<ReduceOutput>;
}

/** A row of a registered dataset, as a source step sees it while it chooses. */
export interface DatasetRowInfo {
  /** Position in the dataset. */
  index: number;
  /** The row's stable name within its dataset. */
  id: string;
  part: string | null;
  group: string;
  /** Key of the row's text sample, or of its image where it has no text. */
  key: Digest;
  meta: JsonObject;
}

export interface SourceStep<P extends z.ZodType = z.ZodType> {
  kind: 'source';
  name: string;
  version: string;
  module: string;
  params: P;
  /** Which rows of the dataset take part, by index, in order. Pure. Runs while the plan is made. */
  choose(rows: readonly DatasetRowInfo[], params: z.output<P>, runSeed: number): number[];
}

export type Step = SourceStep | MapStep | SelectStep | FoldStep | ReduceStep;

/** Declares a step. Throws STEP_INVALID when the declaration contradicts itself. */
export function defineStep<P extends z.ZodType>(step: SourceStep<P>): SourceStep<P>;
export function defineStep<P extends z.ZodType, const I extends InputSpecs, const O extends MapOutputMedium>(
  step: MapStep<P, I, O>,
): MapStep<P, I, O>;
export function defineStep<P extends z.ZodType, const I extends InputSpecs>(step: SelectStep<P, I>): SelectStep<P, I>;
export function defineStep<P extends z.ZodType, const I extends InputSpecs>(step: FoldStep<P, I>): FoldStep<P, I>;
export function defineStep<P extends z.ZodType, const I extends InputSpecs>(step: ReduceStep<P, I>): ReduceStep<P, I>;
export function defineStep(step: Step): Step {
  if (!/^[a-z][a-z0-9-]*$/.test(step.name)) throw invalid(step.name, 'name must be kebab case', step.name);
  if (!/^[\w.-]+$/.test(step.version)) throw invalid(step.name, 'version must be letters, digits, dots or dashes', step.version);
  if (!/^(file|data):/.test(step.module)) throw invalid(step.name, 'module must be import.meta.url', step.module);
  if (step.kind === 'map' && !sampleRoles(step.inputs).length)
    throw invalid(step.name, 'inputs must have a sample role', JSON.stringify(step.inputs));
  if (step.kind === 'map' && step.subject && !(step.subject in step.inputs))
    throw invalid(step.name, 'subject must be an input role', step.subject);
  return step;
}

export const mediumOf = (spec: InputSpec): Medium => (typeof spec === 'string' ? spec : spec.medium);
export const isLoaded = (spec: InputSpec): boolean => typeof spec === 'string' || spec.load;
export const isSampleMedium = (medium: Medium): medium is SampleMedium =>
  medium === 'text' || medium === 'image' || medium === 'features';
export const sampleRoles = (inputs: InputSpecs): string[] =>
  Object.keys(inputs).filter((role) => isSampleMedium(mediumOf(inputs[role]!)));
export const stepId = (step: { name: string; version: string }): string => `${step.name}@${step.version}`;

function invalid(step: string, rule: string, got: string): HoplineError {
  return new HoplineError('STEP_INVALID', `step "${step}".${rule}, got ${got}`);
}
