import type { MapStep } from '../plan/define-step.ts';
import { canonicalJson } from '../plan/digest.ts';
import { contentDigest, type ParentRef } from '../plan/keys.ts';
import type { MapItem, SampleValue } from '../plan/step-io.ts';
import { PARQUET } from '../store/parquet-file.ts';
import { payloadBytes, type SamplePayload, sampleContentDigest } from '../store/sample-payload.ts';
import type { SampleRow, ScoreRow } from '../store/sample-row.ts';
import { writeScoreShard } from '../store/score-shard.ts';
import { writeSampleShard } from '../store/write-sample-shard.ts';
import { type CheckedOutput, checkMapOutput } from './check-map-output.ts';
import type { Execution, StepResult } from './execution.ts';
import { failBlankPictures } from './fail-blank-pictures.ts';
import type { MadeItem, OrderItem, RowRef, WorkOrder } from './order.ts';
import { wrongCount } from './output-errors.ts';
import { coordinatesOnly, readSamples } from './read-rows.ts';
import type { ShardReader } from './shard-reader.ts';

/** Runs a map step on one batch and stores its shard: samples, or scores of samples. */
export async function runMap(
  step: MapStep,
  { order, store, shards, inputs, context, timed, computed }: Execution,
): Promise<StepResult> {
  const items = order.items ?? [];
  const task = { params: order.params, items: await readItems(order, shards), nodes: inputs };
  const outputs = await timed(() => step.run(task, context));
  computed();
  if (outputs?.length !== items.length) throw wrongCount(step.name, 'outputs', items.length, outputs?.length ?? 0);
  let checked = items.map((item, index) => checkMapOutput(step, item, outputs[index]!));
  if (step.output === 'image' && step.blank === 'fail') checked = await failBlankPictures(items, checked);
  const { made, rows, bytes } = step.output === 'scores' ? scoreShard(items, checked) : sampleShard(items, checked);
  const artifact = bytes && (await store.put(bytes, PARQUET));
  if (artifact && rows) shards.keep(artifact.digest, rows, artifact.size);
  return { artifact, items: made.map((item, index) => withReceipt(item, checked[index]!)) };
}

async function readItems({ items = [] }: WorkOrder, shards: ShardReader): Promise<MapItem[]> {
  const refs = items.flatMap(({ inputs }) => Object.values(inputs).filter((ref): ref is RowRef => ref.artifact !== null));
  const values = (await readSamples(shards, refs)).values();
  return items.map(({ key, seed, chain, depth, hop, inputs }) => {
    const samples: Record<string, SampleValue> = {};
    for (const [role, ref] of Object.entries(inputs))
      samples[role] = ref.artifact === null ? coordinatesOnly(ref) : values.next().value!;
    return { key, seed, chain, depth, hop, inputs: samples };
  });
}

const withReceipt = (made: MadeItem, { receipt }: CheckedOutput): MadeItem => (receipt ? { ...made, receipt } : made);

interface Shard {
  made: MadeItem[];
  /** What a shard of samples consists of. */
  rows?: SampleRow[];
  /** null when every item failed. */
  bytes: Uint8Array | null;
}

function sampleShard(items: OrderItem[], outputs: CheckedOutput[]): Shard {
  const rows: SampleRow[] = [];
  const made = items.map((item, index): MadeItem => {
    const output = outputs[index]!;
    if (output.kind !== 'sample') return failedItem(item, output);
    const { payload, meta } = output;
    const digest = sampleContentDigest(payload, meta);
    rows.push(sampleRow(item, payload, canonicalJson(meta), digest));
    const text = payload.text === undefined ? {} : { text: payload.text };
    return { key: item.key, row: rows.length - 1, contentDigest: digest, bytes: payloadBytes(payload).length, ...text, meta };
  });
  return { made, rows, bytes: rows.length ? writeSampleShard(rows) : null };
}

function sampleRow(item: OrderItem, payload: SamplePayload, meta: string, digest: string): SampleRow {
  const { text = null, image = null, features = null } = payload;
  const { key, chain, depth, hop, rootKey, seed } = item;
  const medium = text !== null ? 'text' : image ? 'image' : 'features';
  return {
    key,
    contentDigest: digest,
    medium,
    text,
    image,
    features,
    meta,
    chain,
    depth,
    hop,
    rootKey,
    seed,
    parents: parentsOf(item),
  };
}

/** By role, in one order, whatever order the roles came in: the shard's bytes depend on it. */
function parentsOf({ inputs }: OrderItem): ParentRef[] {
  const roles = Object.keys(inputs).sort();
  return roles.map((role) => ({ role, key: inputs[role]!.key }));
}

/** The content of a score is the canonical JSON of its numbers. */
function scoreShard(items: OrderItem[], outputs: CheckedOutput[]): Shard {
  const rows: ScoreRow[] = [];
  const made = items.map((item, index): MadeItem => {
    const output = outputs[index]!;
    if (output.kind !== 'score') return failedItem(item, output);
    const { loss, values } = output;
    const content = canonicalJson({ loss, values });
    rows.push({ key: item.key, sampleKey: item.sampleKey ?? item.rootKey, loss, values });
    return { key: item.key, row: rows.length - 1, contentDigest: contentDigest(content), bytes: content.length, loss, values };
  });
  return { made, bytes: rows.length ? writeScoreShard(rows) : null };
}

function failedItem({ key }: OrderItem, output: CheckedOutput): MadeItem {
  return { key, row: -1, contentDigest: null, bytes: 0, failed: output.kind === 'failed' ? output.reason : 'no output' };
}
