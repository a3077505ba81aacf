import type { Pipeline } from '../engine/plan/define-pipeline.ts';
import { mi2rage } from './mi2rage/pipeline.ts';
import { pretrain } from './pretrain/pipeline.ts';

/** The pipelines that ship. */
export const pipelines: Pipeline[] = [mi2rage as unknown as Pipeline, pretrain as unknown as Pipeline];
