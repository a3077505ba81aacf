import { type Visibility, visibleOutcome, visibleScore } from '../../engine/lineage/visibility.ts';
import type { SampleFilter } from './sample-filter.ts';

/** Collects the parameters of a statement that is put together. */
export class Parameters {
  readonly values: unknown[] = [];

  /** `$n` of a value. */
  add(value: unknown): string {
    return `$${this.index(value)}`;
  }

  /** The n of it. */
  index(value: unknown): number {
    return this.values.push(value);
  }
}

/** SQL conditions of a filter over a sample `s` and its membership `m (root_key, chain, depth, hop)`, whose coordinates count where it has some. What
 *  decides where samples are looked for (run, node) is not among them. */
export function sampleConditions(filter: SampleFilter, parameters: Parameters, visibility: Visibility): string[] {
  const own = (column: 'root_key' | 'chain' | 'depth' | 'hop'): string => `coalesce(m.${column}, s.${column})`;
  const conditions: string[] = [];
  const equals = (left: string, value: unknown): void => {
    if (value !== undefined) conditions.push(`${left} = ${parameters.add(value)}`);
  };
  equals(own('hop'), filter.hop);
  equals(own('depth'), filter.depth);
  equals(own('chain'), filter.chain);
  equals('s.medium', filter.medium);
  if (filter.failed !== undefined) conditions.push(`s.failed IS ${filter.failed ? 'NOT ' : ''}NULL`);
  if (filter.label !== undefined)
    conditions.push(`(SELECT ${LABEL} FROM sample root WHERE root.key = ${own('root_key')}) = ${parameters.add(filter.label)}`);
  if (filter.kept !== undefined) conditions.push(keptCondition(filter, parameters, visibility));
  if (filter.score !== undefined) conditions.push(scoreCondition(filter, parameters, visibility));
  if (filter.text !== undefined)
    conditions.push(
      `s.text IS NOT NULL AND to_tsvector('simple', left(s.text, 20000)) @@ websearch_to_tsquery('simple', ${parameters.add(filter.text)})`,
    );
  return conditions;
}

/** SQL: the label of real sample `root`, as its dataset says. Texts have it in what they say of themselves, pictures in their row. */
const LABEL = `coalesce(root.meta->>'label', (SELECT r.meta->>'label' FROM dataset_row r WHERE r.image_sample_id = root.id LIMIT 1))`;

/** By a selection of the run, or of any run of the viewer's. */
function keptCondition({ kept, runId }: SampleFilter, parameters: Parameters, visibility: Visibility): string {
  const where =
    runId === undefined
      ? visibleOutcome('d.outcome_id', parameters.index(visibility))
      : `EXISTS (SELECT FROM node_outcome o JOIN node n ON n.id = o.node_id WHERE o.outcome_id = d.outcome_id AND n.run_id = ${parameters.add(runId)} OFFSET 0)`;
  return `EXISTS (SELECT FROM decision d WHERE d.sample_id = s.id AND ${kept ? '' : 'NOT '}d.kept AND ${where} OFFSET 0)`;
}

function scoreCondition({ score = {}, runId }: SampleFilter, parameters: Parameters, visibility: Visibility): string {
  const conditions = ['c.sample_id = s.id', 'c.loss IS NOT NULL'];
  if (score.min !== undefined) conditions.push(`c.loss >= ${parameters.add(score.min)}`);
  if (score.max !== undefined) conditions.push(`c.loss <= ${parameters.add(score.max)}`);
  if (score.teacher !== undefined)
    conditions.push(
      `EXISTS (SELECT FROM derivation_input i WHERE i.derivation_id = c.derivation_id AND i.key = ${parameters.add(`\\x${score.teacher}`)} OFFSET 0)`,
    );
  if (score.node !== undefined || runId !== undefined) {
    const node = score.node === undefined ? '' : ` AND n.name = ${parameters.add(score.node)}`;
    const run = runId === undefined ? '' : ` AND n.run_id = ${parameters.add(runId)}`;
    conditions.push(
      `EXISTS (SELECT FROM node_score x JOIN node n ON n.id = x.node_id WHERE x.score_id = c.id${node}${run} OFFSET 0)`,
    );
  }
  conditions.push(visibleScore('c.id', parameters.index(visibility)));
  return `EXISTS (SELECT FROM score c WHERE ${conditions.join(' AND ')} OFFSET 0)`;
}
