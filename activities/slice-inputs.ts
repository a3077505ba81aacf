import type { ModelRef, NodeInputRef, RowRef, ScoreRef, StateRef } from '../engine/compute/order.ts';
import { type RowColumns, RowPacker } from '../engine/compute/row-columns.ts';
import { assertFanIn, existing, findModel, locate, nodeOutcomes } from '../engine/lineage/index.ts';
import { nodeRowPages, nodeScorePages } from '../engine/lineage/node-row-pages.ts';
import { isLoaded, isSampleMedium, mediumOf, type Step } from '../engine/plan/define-step.ts';
import type { Digest } from '../engine/plan/digest.ts';
import { HoplineError } from '../engine/plan/errors.ts';
import type { HandlePart } from '../engine/plan/handles.ts';
import type { PlannedNode } from '../engine/plan/plan-types.ts';
import type { RunContext } from './run-context.ts';
import type { WorkerServices } from './worker-services.ts';

type Reader = Pick<WorkerServices, 'db'>;

/** What a slice has looked up or made itself: one look-up a slice, not one a task. */
export class SliceInputs {
  private readonly services: Reader;
  private readonly context: RunContext;
  private readonly rows = new Map<Digest, RowRef>();
  /** Keys that were tried and have a reason instead of content. */
  private readonly failures = new Set<Digest>();
  private readonly nodeInputs = new Map<string, Promise<Record<string, NodeInputRef>>>();
  private readonly modelRefs = new Map<string, Promise<Record<string, ModelRef>>>();

  constructor(services: Reader, context: RunContext) {
    this.services = services;
    this.context = context;
  }

  async lookUp(keys: Iterable<Digest>): Promise<void> {
    const unknown = [...new Set(keys)].filter((key) => !this.rows.has(key) && !this.failures.has(key));
    if (unknown.length === 0) return;
    for (const [key, row] of await locate(this.services.db, unknown)) this.rows.set(key, row);
  }

  /** Where a sample's bytes are; undefined when it doesn't exist, or failed. */
  row(key: Digest): RowRef | undefined {
    return this.rows.get(key);
  }

  /** Remembers what a task of this slice has made. What is stored under the key already stays what others read: of a node that is made
   *  again, content that came out differently is recorded and not used. */
  made(row: RowRef): void {
    this.failures.delete(row.key);
    if (!this.rows.has(row.key)) this.rows.set(row.key, row);
  }

  /** Remembers what a task of this slice could not make. */
  failed(key: Digest): void {
    this.failures.add(key);
  }

  /** Of keys without a row, those that nobody has tried yet; the others have failed. */
  async untried(keys: readonly Digest[]): Promise<Digest[]> {
    const unknown = keys.filter((key) => !this.rows.has(key) && !this.failures.has(key));
    if (unknown.length === 0) return [];
    const found = await existing(this.services.db, unknown);
    for (const [key, { failed }] of found) if (failed) this.failures.add(key);
    await this.lookUp([...found.keys()].filter((key) => !this.failures.has(key)));
    return unknown.filter((key) => !found.has(key));
  }

  /** Whole-node inputs of a node, refused on a short fan-in. */
  nodes(planned: PlannedNode, step: Step, roles: readonly string[]): Promise<Record<string, NodeInputRef>> {
    return remember(this.nodeInputs, planned.name, async () => {
      if (step.kind === 'source' || roles.length === 0) return {};
      const inputs: Record<string, NodeInputRef> = {};
      await assertFanIn(this.services.db, this.context.run.id, [
        ...new Set(roles.flatMap((role) => planned.inputs[role]!.map((part) => part.node))),
      ]);
      for (const role of roles) inputs[role] = await this.nodeInput(step, role, planned.inputs[role]!);
      return inputs;
    });
  }

  models(planned: PlannedNode): Promise<Record<string, ModelRef>> {
    return remember(this.modelRefs, planned.name, async () => {
      const refs: Record<string, ModelRef> = {};
      for (const [role, { name, digest }] of Object.entries(planned.models)) {
        const { db } = this.services;
        const registered = this.context.run.pins?.models?.[name]?.name ?? name;
        // The version that was planned, though a later one may have been registered since.
        const model = await findModel(db, registered, digest).catch(async (error: unknown) => {
          if (!(error instanceof HoplineError) || error.code !== 'MODEL_MISSING') throw error;
          throw modelChanged(planned.name, role, name, digest, (await findModel(db, registered)).digest);
        });
        refs[role] = { name, digest, adapter: model.adapter, files: model.files };
      }
      return refs;
    });
  }

  private async nodeInput(
    step: Exclude<Step, { kind: 'source' }>,
    role: string,
    parts: readonly HandlePart[],
  ): Promise<NodeInputRef> {
    const { db } = this.services;
    const runId = this.context.run.id;
    const spec = step.inputs[role]!;
    const medium = mediumOf(spec);
    if (isSampleMedium(medium)) {
      const rows = await packed(new RowPacker('samples'), nodeRowPages(db, runId, parts));
      return { kind: 'samples', load: isLoaded(spec), rows };
    }
    if (medium === 'scores')
      return { kind: 'scores', rows: await packed(new RowPacker<ScoreRef>('scores'), nodeScorePages(db, runId, parts)) };
    const outcomes = await nodeOutcomes(db, runId, parts[0]!.node);
    if (medium === 'checkpoint')
      return { kind: 'checkpoint', states: outcomes.map(({ key, epoch, artifact }): StateRef => ({ key, epoch, artifact })) };
    return { kind: medium, artifact: outcomes[0]!.artifact };
  }
}

async function packed<R extends RowRef>(packer: RowPacker<R>, pages: AsyncIterable<R[]>): Promise<RowColumns> {
  for await (const page of pages) for (const row of page) packer.add(row);
  return packer.pack();
}

function remember<T>(cache: Map<string, Promise<T>>, key: string, load: () => Promise<T>): Promise<T> {
  const found = cache.get(key) ?? load();
  cache.set(key, found);
  return found;
}

function modelChanged(node: string, role: string, name: string, planned: Digest, found: Digest): HoplineError {
  return new HoplineError(
    'MODEL_CHANGED',
    `node "${node}".models.${role} must be ${name} ${planned.slice(0, 12)}, got ${found.slice(0, 12)}`,
    {
      hint: 'register the planned version again, or resume the run: it is planned anew with the model of now',
    },
  );
}
