/** What a project of yours imports: `import { definePipeline, defineStep, defineConfig } from 'hopline'`. */
export { definePipeline, type Pipeline, type PipelineBuilder } from './engine/plan/define-pipeline.ts';
export { type Determinism, defineStep, type Step } from './engine/plan/define-step.ts';
export { HoplineError } from './engine/plan/errors.ts';
export { type Handle, only, union } from './engine/plan/handles.ts';
export { Philox } from './engine/plan/philox.ts';
export { defineConfig, type ProjectConfig, type Reader, type ReaderRow } from './engine/plan/project.ts';
export type * from './engine/plan/step-io.ts';
