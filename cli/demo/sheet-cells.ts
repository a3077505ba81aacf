import type { ContactCell } from '../../ml/data/contact-sheet.ts';
import type { Sample } from '../operations/lineage.ts';
import type { Candidates } from './find-candidates.ts';

type Pictures = ReadonlyMap<string, Uint8Array>;

/** Every candidate of a text, best first, framed by what became of it. */
export function candidateCells({ decided, runId }: Candidates, pictures: Pictures): ContactCell[] {
  return decided.flatMap(({ sample, decision }) => {
    const image = pictures.get(sample.key);
    const loss = (sample.scores.find((score) => score.run.runId === runId) ?? sample.scores.at(-1))?.loss;
    const score = loss == null ? '' : ` loss ${loss.toFixed(2)}`;
    const caption = `#${decision.rank + 1} depth ${sample.depth}${score} ${decision.kept ? 'kept' : 'rejected'}`;
    return image ? [{ image, caption, frame: decision.kept ? 'green' : 'red' }] : [];
  });
}

/** Pictures of a chain, each with the text that it was drawn from. */
export function chainCells(samples: readonly Sample[], pictures: Pictures): ContactCell[] {
  let text = '';
  return samples.flatMap((sample) => {
    if (sample.text !== null) text = sample.text;
    const image = pictures.get(sample.key);
    return image ? [{ image, caption: text }] : [];
  });
}
