import type { ApiClient } from '../client/api-client.ts';
import { jsonObject } from '../client/json-object.ts';
import { type Candidate, keptSamples, madeOf } from '../operations/candidates.ts';
import type { Decision } from '../operations/lineage.ts';

/** The pictures of one text that a selection decided about, best first. */
export interface Candidates {
  text: string;
  /** The run that decided: an earlier one when the decision was reused. */
  runId: string;
  decided: { sample: Candidate; decision: Decision }[];
}

/** One text whose candidates tell a story: an ambiguous one if there is one, with a kept picture from as deep in the chain as possible.
 *  @returns null when the selection kept nothing */
export async function findCandidates(client: ApiClient, runId: string, node: string): Promise<Candidates | null> {
  const kept = (await client.query(keptSamples, { runId, node })).samples.edges.map((edge) => edge.node);
  const deepest = [...kept].sort((a, b) => b.depth - a.depth).slice(0, 12);
  let found: Candidates | null = null;
  for (const sample of deepest) {
    const decision = sample.decisions.find((other) => other.node === node && other.kept);
    if (!decision) continue;
    const { text, slice, made } = await readMadeOf(client, sample.rootKey);
    const decided = made.flatMap((other) => {
      const own = other.decisions.find((one) => one.node === node && one.run.runId === decision.run.runId);
      return own ? [{ sample: other, decision: own }] : [];
    });
    if (!decided.some((other) => !other.decision.kept)) continue;
    const candidates = { text, runId: decision.run.runId, decided: byRank(decided) };
    if (slice === 'ambiguous') return candidates;
    found ??= candidates;
  }
  return found;
}

const byRank = (decided: Candidates['decided']): Candidates['decided'] =>
  [...decided].sort((a, b) => a.decision.rank - b.decision.rank);

async function readMadeOf(client: ApiClient, key: string): Promise<{ text: string; slice: unknown; made: Candidate[] }> {
  const made = new Map<string, Candidate>();
  let root: { text: string; slice: unknown } = { text: '', slice: undefined };
  for (let after: string | undefined, more = true; more; ) {
    const { sample } = await client.query(madeOf, { key, ...(after === undefined ? {} : { after }) });
    if (!sample) break;
    root = { text: sample.text ?? '', slice: jsonObject(sample.meta).slice };
    for (const edge of sample.descendants.edges) made.set(edge.sample.key, edge.sample);
    after = sample.descendants.pageInfo.endCursor ?? undefined;
    more = sample.descendants.pageInfo.hasNextPage && after !== undefined;
  }
  return { ...root, made: [...made.values()] };
}
