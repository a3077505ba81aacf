import { buildGraph } from './build-graph.ts';
import type { PipelineBuilder } from './define-pipeline.ts';
import { sha256 } from './digest.ts';
import { type Expansion, expand } from './expand.ts';
import { contentDigest } from './keys.ts';
import { RETELLING_PARAMS, retelling } from './retelling.fixture.ts';

export const STORIES = ['a red circle', 'two blue squares', 'a green star'];
export const MODELS = { painter: sha256('painter'), teller: sha256('teller') };

export interface Change {
  texts?: string[];
  params?: Partial<typeof RETELLING_PARAMS>;
  seed?: number;
  models?: Record<string, string>;
}

/** The expansion of the fixture pipeline, or of another declaration. */
export function expansionOf(change: Change = {}, build?: (pipeline: PipelineBuilder) => void): Expansion {
  const pipeline = build ? { ...retelling, build } : retelling;
  const rows = (change.texts ?? STORIES).map((text) => ({ textKey: contentDigest(text), imageKey: null }));
  return expand({
    graph: buildGraph(pipeline, { ...RETELLING_PARAMS, ...change.params }),
    runSeed: change.seed ?? 0,
    sources: { texts: rows },
    models: { ...MODELS, ...change.models },
  });
}
