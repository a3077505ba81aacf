import { buildGraph, type Graph } from '../../engine/plan/build-graph.ts';
import type { Pipeline } from '../../engine/plan/define-pipeline.ts';
import { HoplineError } from '../../engine/plan/errors.ts';
import { resolveParams } from '../../engine/plan/params.ts';

const known = new WeakMap<Pipeline, Map<string, Graph | null>>();

/** What a pipeline declares with a profile's params, or with the defaults; null where some param has none. Made once a process: a page of runs
 *  names one pipeline many times.
 *  @throws PARAMS_INVALID for a profile that there isn't, WIRING_INVALID for a declaration that can't be */
export function declaredGraph(pipeline: Pipeline, profile?: string | null): Graph | null {
  const ofPipeline = known.get(pipeline) ?? new Map<string, Graph | null>();
  known.set(pipeline, ofPipeline);
  const name = profile ?? '';
  if (!ofPipeline.has(name)) ofPipeline.set(name, build(pipeline, profile));
  return ofPipeline.get(name)!;
}

function build(pipeline: Pipeline, profile: string | null | undefined): Graph | null {
  try {
    return buildGraph(pipeline, resolveParams(pipeline, profile == null ? {} : { profile }));
  } catch (error) {
    if (profile == null && error instanceof HoplineError && error.code === 'PARAMS_INVALID') return null;
    throw error;
  }
}
