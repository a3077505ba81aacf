import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ContactCell, contactSheet } from '../../ml/data/contact-sheet.ts';
import type { ApiClient } from '../client/api-client.ts';
import { type Sample, type SampleEdge, sampleUp } from '../operations/lineage.ts';
import { originTree } from '../story/origin-tree.ts';
import { readPictures } from '../story/write-pictures.ts';
import { drawTree } from '../terminal/tree.ts';
import { type Candidates, findCandidates } from './find-candidates.ts';

export interface Story {
  /** Trees in text. */
  lines: string[];
  /** The PNG with all candidates of the text and the two chains; null when there was nothing to tell. */
  sheet: string | null;
  /** Keys of the kept and the rejected sample. */
  kept: string | null;
  rejected: string | null;
}

/** One kept and one rejected picture of the same text, from the real sample on, with texts, scores and reasons. */
export async function tellStory(client: ApiClient, runId: string, node: string, folder: string): Promise<Story> {
  const candidates = await findCandidates(client, runId, node);
  const kept = candidates?.decided.filter((one) => one.decision.kept).sort((a, b) => b.sample.depth - a.sample.depth)[0]
    ?.sample.key;
  const rejected = candidates?.decided.findLast((one) => !one.decision.kept)?.sample.key;
  if (!candidates || !kept || !rejected)
    return { lines: ['(the selection kept or rejected nothing)'], sheet: null, kept: null, rejected: null };
  const chains = [await readChain(client, kept), await readChain(client, rejected)] as const;
  const pictures = await readPictures(client, [
    ...chains.flatMap((chain) => chain.samples),
    ...candidates.decided.map(asPicture),
  ]);
  const sheet = join(folder, `demo-${runId}.png`);
  await mkdir(folder, { recursive: true });
  await writeFile(
    sheet,
    await contactSheet([candidateCells(candidates, pictures), ...chains.map((chain) => chainCells(chain, pictures))]),
  );
  const lines = [
    `"${candidates.text}": ${candidates.decided.length} candidates. One that was kept:`,
    chains[0].tree,
    'One that was rejected:',
    chains[1].tree,
  ];
  return { lines, sheet, kept, rejected };
}

interface Chain {
  /** From the real sample on. */
  samples: Sample[];
  tree: string;
}

async function readChain(client: ApiClient, key: string): Promise<Chain> {
  const { sampleByPrefix: found } = await client.query(sampleUp, { prefix: key, maxHops: 20 });
  if (!found) return { samples: [], tree: '' };
  const { ancestors, ...sample } = found;
  const edges: SampleEdge[] = ancestors.edges;
  const far = [...edges].sort((a, b) => b.depth - a.depth).map((edge) => edge.sample);
  return {
    samples: [...new Map([...far, sample].map((one) => [one.key, one])).values()],
    tree: drawTree(originTree(sample, edges, { pictures: new Map() })),
  };
}

const asPicture = ({ sample }: Candidates['decided'][number]): Pick<Sample, 'key' | 'modality' | 'failed'> => sample;

function candidateCells({ decided }: Candidates, pictures: ReadonlyMap<string, Uint8Array>): ContactCell[] {
  return decided.flatMap(({ sample, decision }) => {
    const image = pictures.get(sample.key);
    const loss = sample.scores[0]?.loss;
    const caption = `#${decision.rank + 1} depth ${sample.depth}${loss == null ? '' : ` loss ${loss.toFixed(2)}`} ${decision.kept ? 'kept' : 'rejected'}`;
    return image ? [{ image, caption, frame: decision.kept ? 'green' : 'red' }] : [];
  });
}

/** Pictures of a chain, each with the text that it was drawn from. */
function chainCells({ samples }: Chain, pictures: ReadonlyMap<string, Uint8Array>): ContactCell[] {
  let text = '';
  return samples.flatMap((sample) => {
    if (sample.text !== null) text = sample.text;
    const image = pictures.get(sample.key);
    return image ? [{ image, caption: text }] : [];
  });
}
