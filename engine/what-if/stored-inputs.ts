import { nodeOutcomes, type Tx } from '../lineage/index.ts';
import { isLoaded, mediumOf, type SelectStep } from '../plan/define-step.ts';
import { HoplineError } from '../plan/errors.ts';
import type { HandlePart } from '../plan/handles.ts';
import type { JsonObject } from '../plan/json.ts';
import type { CheckpointValue, Coordinates, DecisionValue, NodeInputs, SampleValue, ScoreValue } from '../plan/step-io.ts';
import type { Store } from '../store/store.ts';
import { type WholeCandidates, wholeCandidates } from './candidates.ts';
import { scoreNumbers } from './score-numbers.ts';

/** A step has asked a score for more than its loss. */
export class NumbersWanted extends Error {}

export interface StoredInputsOptions {
  db: Tx;
  store: Store;
  runId: string;
  step: SelectStep;
  inputs: Record<string, readonly HandlePart[]>;
  /** What was read already, by what it was read of. */
  known: ReadonlyMap<readonly HandlePart[], WholeCandidates>;
  /** Whether the scores have their further numbers. They are most of what would be read, and few rules look at them: without, the first look throws
   *  NumbersWanted. */
  numbers: boolean;
}

/** What a selection's step is given when it is run again over what is stored: scores and coordinates from the database, results of whole nodes
 *  from the store. */
export class StoredInputs implements NodeInputs {
  readonly #of: StoredInputsOptions;

  constructor(options: StoredInputsOptions) {
    this.#of = options;
  }

  async scores(role: string): Promise<ScoreValue[]> {
    const { db, runId, numbers } = this.#of;
    const parts = this.#parts(role);
    const candidates = await this.#candidates(parts);
    const values = numbers ? await scoreNumbers(db, runId, parts) : null;
    const roots = new Map<string, string>();
    return Array.from({ length: candidates.count }, (_, row) => {
      const place = coordinatesOf(candidates, row, roots);
      const score = { sampleKey: keyOf(candidates, row), ...place, loss: candidates.loss[row]! };
      if (values) return { ...score, values: values.get(candidates.ids[row]!) ?? {} };
      return {
        ...score,
        get values(): never {
          throw new NumbersWanted();
        },
      };
    });
  }

  /** @throws WHAT_IF_NEEDS_BYTES for a role whose bytes the step reads */
  async samples(role: string): Promise<SampleValue[]> {
    const { step } = this.#of;
    const spec = step.inputs[role];
    if (spec && isLoaded(spec))
      throw new HoplineError(
        'WHAT_IF_NEEDS_BYTES',
        `step "${step.name}".inputs.${role} must be declared { load: false }, got a ${mediumOf(spec)} whose bytes it reads`,
        { hint: 'launch a run with the other params: it makes nothing but the selection and what follows' },
      );
    const candidates = await this.#candidates(this.#parts(role));
    const roots = new Map<string, string>();
    return Array.from({ length: candidates.count }, (_, row) => ({
      key: keyOf(candidates, row),
      ...coordinatesOf(candidates, row, roots),
      meta: {},
    }));
  }

  decisions(role: string): Promise<DecisionValue[]> {
    return this.#json(role);
  }

  result(role: string): Promise<JsonObject> {
    return this.#json(role);
  }

  async checkpoint(role: string): Promise<CheckpointValue> {
    return (await this.trajectory(role)).at(-1)!;
  }

  async trajectory(role: string): Promise<CheckpointValue[]> {
    const states: CheckpointValue[] = [];
    for (const { key, epoch, artifact } of await this.#outcomes(role))
      states.push({ key, epoch, bytes: await this.#of.store.get(artifact) });
    return states;
  }

  #parts(role: string): readonly HandlePart[] {
    const parts = this.#of.inputs[role];
    if (parts) return parts;
    throw new HoplineError('STEP_INPUT_MISSING', `step "${this.#of.step.name}".inputs.${role} must be wired, got nothing`);
  }

  async #candidates(parts: readonly HandlePart[]): Promise<WholeCandidates> {
    return this.#of.known.get(parts) ?? wholeCandidates(this.#of.db, this.#of.runId, parts);
  }

  #outcomes(role: string) {
    return nodeOutcomes(this.#of.db, this.#of.runId, this.#parts(role)[0]!.node);
  }

  async #json<T>(role: string): Promise<T> {
    const [outcome] = await this.#outcomes(role);
    return JSON.parse(Buffer.from(await this.#of.store.get(outcome!.artifact)).toString('utf8')) as T;
  }
}

const keyOf = ({ keys }: WholeCandidates, row: number): string => keys.toString('hex', row * 32, row * 32 + 32);

/** Candidates of one root share its name. */
function coordinatesOf({ roots, chains, depths, hops }: WholeCandidates, row: number, known: Map<string, string>): Coordinates {
  const raw = roots.toString('latin1', row * 32, row * 32 + 32);
  let rootKey = known.get(raw);
  if (rootKey === undefined) {
    rootKey = roots.toString('hex', row * 32, row * 32 + 32);
    known.set(raw, rootKey);
  }
  return { rootKey, chain: chains[row]!, depth: depths[row]!, hop: hops[row]! };
}
