import type { FoundSample } from '../operations/samples.ts';
import { table } from '../terminal/table.ts';
import { numberCell } from './number-cell.ts';
import { sampleContent } from './sample-content.ts';

/** A line a sample. Of several scores by one scorer, or decisions by one selection, those of the run that was asked about, else the latest. */
export function samplesTable(
  samples: readonly FoundSample[],
  about: { runId: string | undefined; node: string | undefined },
): string {
  const rows = samples.map((sample) => [
    sample.key.slice(0, 12),
    sample.modality.toLowerCase(),
    String(sample.hop),
    String(sample.chain),
    ofNodes(sample.scores, about)
      .map(({ node, loss }) => `${node} ${numberCell(loss)}`)
      .join(', '),
    decisionsCell(ofNodes(sample.decisions, about)),
    sampleContent(sample),
  ]);
  return table(
    [
      { title: 'sample' },
      { title: '' },
      { title: 'hop', align: 'right' },
      { title: 'chain', align: 'right' },
      { title: 'scores', most: 60 },
      { title: 'decisions', most: 80 },
      { title: '' },
    ],
    rows,
  );
}

/** `kept by a; not by b, c`. */
function decisionsCell(decisions: FoundSample['decisions']): string {
  const names = (kept: boolean): string =>
    decisions
      .filter((decision) => decision.kept === kept)
      .map(({ node }) => node)
      .join(', ');
  return [names(true) && `kept by ${names(true)}`, names(false) && `not by ${names(false)}`].filter(Boolean).join('; ');
}

/** One of each node; of the one that was asked about alone where it has any. */
function ofNodes<T extends { node: string; run: { runId: string } }>(
  all: readonly T[],
  { runId, node }: { runId: string | undefined; node: string | undefined },
): T[] {
  const byNode = new Map<string, T>();
  for (const one of all) if (byNode.get(one.node)?.run.runId !== runId || one.run.runId === runId) byNode.set(one.node, one);
  const asked = byNode.get(node ?? '');
  return asked ? [asked] : [...byNode.values()];
}
