import pc from 'picocolors';
import { jsonObject } from '../client/json-object.ts';
import type { Decision, Sample, Score } from '../operations/lineage.ts';
import { spentText } from '../report/spending-line.ts';
import { printable } from '../terminal/printable.ts';
import { visibleLength } from '../terminal/visible-length.ts';
import { wrapText } from '../terminal/wrap-text.ts';
import type { DrawPicture } from './draw-picture.ts';

export interface StoryOptions {
  /** Where the pictures are, in words: a path. By sample key. */
  pictures: ReadonlyMap<string, string>;
  /** Those that are drawn in the text. Default: none. */
  drawn?: ReadonlyMap<string, DrawPicture>;
  /** How many characters a line may have where texts and pictures are concerned. Default 100. */
  columns?: number;
}

/** Longer texts end with an ellipsis; `--json` has the whole. */
const MOST_LINES = 12;
/** Characters of a server's own words; `--json` has the whole. */
const MOST_WORDS = 80;
/** Values of a score that are told. */
const MOST_VALUES = 6;

/** One sample in a few lines: what it is, how it was made, what was thought of it.
 *  @param indent characters that the tree puts in front of each line
 *  @param role what it is to the sample above it, in front of its first line; may be empty */
export function sampleLines(sample: Sample, options: StoryOptions, indent = 0, role = ''): string[] {
  const columns = Math.max(8, (options.columns ?? 100) - indent);
  const title = `${role}${pc.bold(sample.modality.toLowerCase())} ${pc.dim(sample.key.slice(0, 12))}`;
  const [made, ...thoughts] = [
    origin(sample),
    ...receiptLine(sample),
    ...sample.scores.map(scoreLine),
    ...sample.decisions.map(decisionLine),
  ];
  const drawn = options.drawn?.get(sample.key)?.(columns);
  if (drawn) return [title, ...drawn.lines, `${drawn.fromBelow}${made}`, ...thoughts];
  return [...content(sample, options, title, columns), made!, ...thoughts];
}

/** The title with what the sample says: beside it where there is room, else below. */
function content(sample: Sample, { pictures }: StoryOptions, title: string, columns: number): string[] {
  if (sample.failed !== null) return [`${title}  ${pc.red(`failed: ${oneLine(sample.failed)}`)}`];
  if (sample.text === null) return [`${title}  ${pictures.get(sample.key) ?? sample.imageUrl ?? ''}`.trimEnd()];
  const text = `"${printable(sample.text)}"`;
  const [first = '', ...rest] = wrapText(text, columns, MOST_LINES);
  if (rest.length === 0 && visibleLength(title) + 2 + first.length <= columns) return [`${title}  ${first}`];
  return [title, first, ...rest];
}

function origin({ derivation, datasets, seed, chain, depth, hop }: Sample): string {
  if (derivation.real) {
    const rows = datasets.map((row) => `dataset ${row.dataset}, row ${row.rowId}${row.part ? ` (${row.part})` : ''}`);
    return pc.dim(`real: ${oneLine(rows.join('; ')) || 'not in a dataset any more'}`);
  }
  const models = Object.entries(jsonObject(derivation.models)).map(
    ([role, digest]) => `, ${role} ${String(digest).slice(0, 12)}`,
  );
  const drawn = seed === '' ? '' : `, seed ${seed.slice(0, 12)}`;
  const where = `${derivation.run ? `, run ${derivation.run.runId}` : ''}${derivation.device ? ` on ${derivation.device}` : ''}`;
  return pc.dim(`made by ${derivation.step}${models.join('')}${drawn}, chain ${chain}, depth ${depth}, hop ${hop}${where}`);
}

/** What a server was asked and paid for it, and its own words about it. */
function receiptLine({ derivation }: Sample): string[] {
  if (derivation.receipt === null) return [];
  const { requests, inputTokens, outputTokens, cost, currency, ...words } = jsonObject(derivation.receipt);
  const spent = spentText({
    requests: numberOf(requests),
    inputTokens: numberOf(inputTokens),
    outputTokens: numberOf(outputTokens),
    costs: typeof cost === 'number' ? [{ amount: cost, currency: typeof currency === 'string' ? currency : null }] : [],
  });
  const told = Object.entries(words).map(([name, value]) => `, ${name} ${clipped(JSON.stringify(value))}`);
  return [pc.dim(oneLine(`by a server: ${spent}${told.join('')}`))];
}

function scoreLine({ loss, failed, step, node, values, inputs }: Score): string {
  const told = Object.entries(jsonObject(values)).filter(([name, value]) => name !== 'loss' && typeof value === 'number');
  const more = told.length > MOST_VALUES ? [`${told.length - MOST_VALUES} more`] : [];
  const rest = [...told.slice(0, MOST_VALUES).map(([name, value]) => `${name} ${figure(Number(value))}`), ...more].join(', ');
  const teacher = inputs.map(({ role, key }) => `, ${role} ${key.slice(0, 12)}`).join('');
  const by = node === step.replace(/@[^@]*$/, '') ? step : `${node}: ${step}`;
  const score = failed === null ? `score ${loss?.toFixed(4) ?? '-'}` : pc.red(`no score: ${oneLine(failed)}`);
  return `${score}${rest ? ` (${printable(rest)})` : ''}  ${pc.dim(`by ${by}${teacher}`)}`;
}

function decisionLine({ kept, node, rank, threshold, reason, run }: Decision): string {
  // Ranks are stored from 0 on and told from 1 on, where the reason hasn't said it.
  const place = new RegExp(`\\b(rank|place) ${rank + 1}\\b`).test(reason) ? [] : [`rank ${rank + 1}`];
  const by = [...place, ...(threshold === null ? [] : [`threshold ${figure(threshold)}`]), `run ${run.runId}`].join(', ');
  return `${kept ? pc.green('kept') : pc.red('dropped')} by ${node}: ${oneLine(reason)} ${pc.dim(`(${by})`)}`;
}

const clipped = (text: string): string => (text.length > MOST_WORDS ? `${text.slice(0, MOST_WORDS)}...` : text);
const numberOf = (value: unknown): number | null => (typeof value === 'number' ? value : null);
const oneLine = (text: string): string => printable(text.replace(/\s+/g, ' '));
/** Four digits are enough to compare; whole numbers are whole. */
const figure = (value: number): string => (Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4))));
