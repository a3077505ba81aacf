import pc from 'picocolors';
import { jsonObject } from '../client/json-object.ts';
import type { Decision, Sample, Score } from '../operations/lineage.ts';
import { shorten } from '../terminal/table.ts';

export interface StoryOptions {
  /** Where the pictures were written, by sample key. */
  pictures: ReadonlyMap<string, string>;
  /** Whole keys instead of their beginnings. */
  whole?: boolean;
}

/** One sample in a few lines: what it is, how it was made, what was thought of it. */
export function sampleLines(sample: Sample, options: StoryOptions): string[] {
  const key = options.whole ? sample.key : sample.key.slice(0, 12);
  return [
    `${pc.bold(sample.modality.toLowerCase())} ${pc.dim(key)}  ${content(sample, options)}`,
    origin(sample),
    ...sample.scores.map(scoreLine),
    ...sample.decisions.map(decisionLine),
  ];
}

function content(sample: Sample, { pictures }: StoryOptions): string {
  if (sample.failed !== null) return pc.red(`failed: ${sample.failed}`);
  if (sample.text !== null) return `"${shorten(sample.text, 100)}"`;
  return pictures.get(sample.key) ?? sample.imageUrl ?? '';
}

function origin({ derivation, datasets, seed, chain, depth, hop }: Sample): string {
  if (derivation.real)
    return pc.dim(
      `real: ${datasets.map((row) => `dataset ${row.dataset}, row ${row.rowId}${row.part ? ` (${row.part})` : ''}`).join('; ') || 'not in a dataset any more'}`,
    );
  const models = Object.entries(jsonObject(derivation.models)).map(
    ([role, digest]) => `, ${role} ${String(digest).slice(0, 12)}`,
  );
  const drawn = seed === '' ? '' : `, seed ${seed.slice(0, 12)}`;
  return pc.dim(
    `made by ${derivation.step}${models.join('')}${drawn}, chain ${chain}, depth ${depth}, hop ${hop}, run ${derivation.run?.runId}${derivation.device ? ` on ${derivation.device}` : ''}`,
  );
}

export function scoreLine({ loss, step, node, inputs }: Score): string {
  const teacher = inputs.map(({ role, key }) => `${role} ${key.slice(0, 12)}`).join(', ');
  return `score ${loss === null ? '-' : loss.toFixed(4)}  ${pc.dim(`${node}: ${step}${teacher ? `, ${teacher}` : ''}`)}`;
}

export function decisionLine({ kept, node, reason, run }: Decision): string {
  return `${kept ? pc.green('kept') : pc.red('rejected')} by ${node}: ${reason} ${pc.dim(`(run ${run.runId})`)}`;
}
