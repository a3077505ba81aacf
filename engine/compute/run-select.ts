import { mediumOf, type SelectStep } from '../plan/define-step.ts';
import { canonicalJson, type Digest } from '../plan/digest.ts';
import type { Json } from '../plan/json.ts';
import type { DecisionOutput } from '../plan/step-io.ts';
import { packDecisions } from './decision-columns.ts';
import type { Execution, StepResult } from './execution.ts';
import type { RowRef, ScoreRef, WorkOrder } from './order.ts';
import { assertFinite, outputError, wrongCount } from './output-errors.ts';
import { PackedRows } from './row-columns.ts';

/** Runs a selection and stores its decisions: canonical JSON, a list of {sampleKey, rootKey, chain, depth, hop, kept, rank}. */
export async function runSelect(step: SelectStep, { order, store, inputs, context, timed }: Execution): Promise<StepResult> {
  const { decisions } = await timed(() => step.run({ params: order.params, seed: order.seed ?? '', nodes: inputs }, context));
  const candidates = new Candidates(step, order);
  candidates.assertEachOnce(decisions);
  const artifact = await store.put(decisionsFile(step, decisions, candidates), 'application/json');
  return { artifact, decisions: packDecisions(decisions) };
}

type Role = PackedRows<RowRef & Partial<ScoreRef>>;

/** The samples that a selection may decide on, found by key in the rows of its order. */
class Candidates {
  readonly #step: SelectStep;
  readonly #roles: readonly Role[];
  /** Role and row of each sample: role * 2^40 + row. */
  readonly #places = new Map<Digest, number>();
  /** Those that must be decided on: of the first scores role. None for a selection without scores. */
  readonly #due: Role | undefined;

  constructor(step: SelectStep, { nodes }: WorkOrder) {
    this.#step = step;
    const wholes = Object.values(nodes).filter((input) => input.kind === 'scores' || input.kind === 'samples');
    this.#roles = wholes.map(({ rows }) => new PackedRows(rows));
    for (const [role, rows] of this.#roles.entries())
      for (let row = 0; row < rows.length; row++) this.#places.set(sampleOf(rows.at(row)), role * ROLE + row);
    const due = Object.keys(step.inputs).find((name) => mediumOf(step.inputs[name]!) === 'scores');
    const input = due === undefined ? undefined : nodes[due];
    this.#due = input?.kind === 'scores' ? this.#roles[wholes.indexOf(input)] : undefined;
  }

  assertEachOnce(decisions: readonly DecisionOutput[]): void {
    const decided = new Set<Digest>();
    for (const { sampleKey } of decisions) decided.add(sampleKey);
    if (decided.size !== decisions.length)
      throw wrongCount(this.#step.name, 'decisions, one a sample', decided.size, decisions.length);
    if (!this.#due) return;
    const due = new Set<Digest>();
    for (let row = 0; row < this.#due.length; row++) due.add(sampleOf(this.#due.at(row)));
    let open = 0;
    for (const key of due) if (!decided.has(key)) open++;
    if (open > 0) throw wrongCount(this.#step.name, 'decisions, one for every scored sample', due.size, due.size - open);
  }

  /** Where a sample stands. @throws STEP_OUTPUT_SAMPLE */
  rowOf(sampleKey: Digest): RowRef {
    const place = this.#places.get(sampleKey);
    if (place === undefined)
      throw outputError('STEP_OUTPUT_SAMPLE', this.#step.name, 'must decide on samples of its inputs', sampleKey);
    return this.#roles[Math.floor(place / ROLE)]!.at(place % ROLE);
  }
}

const ROLE = 2 ** 40;

const sampleOf = ({ key, sampleKey }: RowRef & Partial<ScoreRef>): Digest => sampleKey ?? key;

/** So many decisions are one piece of the file: a million of them in one text would come near to what a text may hold. */
const PIECE = 16_384;

function decisionsFile(step: SelectStep, decisions: readonly DecisionOutput[], candidates: Candidates): Buffer {
  const pieces: Buffer[] = [];
  for (let from = 0; from < decisions.length; from += PIECE) {
    const values = decisions.slice(from, from + PIECE).map(({ sampleKey, kept, rank, threshold }): Json => {
      const { rootKey, chain, depth, hop } = candidates.rowOf(sampleKey);
      assertFinite(step.name, { rank, ...(threshold === undefined ? {} : { threshold }) });
      return { sampleKey, rootKey, chain, depth, hop, kept, rank };
    });
    const list = canonicalJson(values);
    pieces.push(Buffer.from(from === 0 ? list.slice(0, -1) : `,${list.slice(1, -1)}`));
  }
  return Buffer.concat([...(pieces.length > 0 ? pieces : [Buffer.from('[')]), Buffer.from(']')]);
}
