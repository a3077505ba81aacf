import type { ApiClient } from '../client/api-client.ts';
import { type Sample, type SampleEdge, sampleUp } from '../operations/lineage.ts';
import { originTree } from '../story/origin-tree.ts';
import { drawTree } from '../terminal/tree.ts';

export interface Chain {
  /** From the real sample on. */
  samples: Sample[];
  tree: string;
}

/** A sample's chain with what one run thought of it: the scores it made, the decisions of one selection.
 *  @param place where its pictures are shown, in words */
export async function readChain(
  client: ApiClient,
  key: string,
  judge: { runId: string; node: string },
  place: string,
): Promise<Chain> {
  const { sampleByPrefix: found } = await client.query(sampleUp, { prefix: key, maxHops: 20 });
  if (!found) return { samples: [], tree: '' };
  const judged = (sample: Sample): Sample => ({
    ...sample,
    scores: sample.scores.filter((score) => score.run.runId === judge.runId),
    decisions: sample.decisions.filter((decision) => decision.node === judge.node && decision.run.runId === judge.runId),
  });
  const { ancestors, ...whole } = found;
  const sample = judged(whole);
  const edges: SampleEdge[] = ancestors.edges.map((edge) => ({ ...edge, sample: judged(edge.sample) }));
  const farthestFirst = [...edges].sort((a, b) => b.depth - a.depth).map((edge) => edge.sample);
  const samples = [...new Map([...farthestFirst, sample].map((one) => [one.key, one])).values()];
  const pictures = new Map(samples.map((one) => [one.key, `(${place})`]));
  return { samples, tree: drawTree(originTree(sample, edges, { pictures })) };
}
