import { HoplineError } from '../plan/errors.ts';
import type { JsonObject } from '../plan/json.ts';
import type { CheckpointValue, DecisionValue, NodeInputs, SampleValue, ScoreValue } from '../plan/step-io.ts';
import type { Store } from '../store/store.ts';
import type { NodeInputRef, StateRef, WorkOrder } from './order.ts';
import { coordinatesOnly, readSamples, readScores } from './read-rows.ts';
import { PackedRows } from './row-columns.ts';
import type { ShardReader } from './shard-reader.ts';

/** The whole-node inputs of one order, read when the step asks for them. */
export class OrderInputs implements NodeInputs {
  readonly #order: WorkOrder;
  readonly #store: Store;
  readonly #shards: ShardReader;

  constructor(order: WorkOrder, store: Store, shards: ShardReader) {
    this.#order = order;
    this.#store = store;
    this.#shards = shards;
  }

  async samples(role: string): Promise<SampleValue[]> {
    const { load, rows } = this.#input(role, 'samples');
    return load ? readSamples(this.#shards, new PackedRows(rows)) : Array.from(new PackedRows(rows), coordinatesOnly);
  }

  async scores(role: string): Promise<ScoreValue[]> {
    return readScores(this.#shards, new PackedRows(this.#input(role, 'scores').rows));
  }

  async decisions(role: string): Promise<DecisionValue[]> {
    return this.#json<DecisionValue[]>(this.#input(role, 'decisions').artifact);
  }

  async checkpoint(role: string): Promise<CheckpointValue> {
    const last = this.#input(role, 'checkpoint').states.at(-1);
    if (!last) throw missing(this.#order, role, 'checkpoint', 'no state');
    return this.#state(last);
  }

  async trajectory(role: string): Promise<CheckpointValue[]> {
    const states: CheckpointValue[] = [];
    for (const state of this.#input(role, 'checkpoint').states) states.push(await this.#state(state));
    return states;
  }

  async result(role: string): Promise<JsonObject> {
    return this.#json<JsonObject>(this.#input(role, 'result').artifact);
  }

  #input<K extends NodeInputRef['kind']>(role: string, kind: K): Extract<NodeInputRef, { kind: K }> {
    const input = this.#order.nodes[role];
    if (input?.kind !== kind) throw missing(this.#order, role, kind, input?.kind ?? 'nothing');
    return input as Extract<NodeInputRef, { kind: K }>;
  }

  async #state({ key, epoch, artifact }: StateRef): Promise<CheckpointValue> {
    return { key, epoch, bytes: await this.#store.get(artifact) };
  }

  async #json<T>(artifact: string): Promise<T> {
    return JSON.parse(Buffer.from(await this.#store.get(artifact)).toString('utf8')) as T;
  }
}

function missing(order: WorkOrder, role: string, kind: string, got: string): HoplineError {
  return new HoplineError('STEP_INPUT_MISSING', `step "${order.step.name}".inputs.${role} must be ${kind}, got ${got}`, {
    hint: `declare the role in the step: inputs: { ${role}: '${kind === 'samples' ? 'text' : kind}' }`,
  });
}
