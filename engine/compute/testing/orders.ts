import { randomUUID } from 'node:crypto';
import type { Step } from '../../plan/define-step.ts';
import { sha256 } from '../../plan/digest.ts';
import type { JsonObject } from '../../plan/json.ts';
import { PARQUET } from '../../store/parquet-file.ts';
import { sampleContentDigest } from '../../store/sample-payload.ts';
import type { Store } from '../../store/store.ts';
import { writeSampleShard } from '../../store/write-sample-shard.ts';
import type { OrderItem, RowRef, WorkOrder } from '../order.ts';

/** Puts texts into a store as one shard of root samples. */
export async function putTexts(store: Store, texts: string[]): Promise<RowRef[]> {
  const rows = texts.map((text, index) => {
    const digest = sampleContentDigest({ text }, {});
    const place = { chain: 0, depth: 0, hop: 0, rootKey: digest };
    return {
      key: digest,
      contentDigest: digest,
      medium: 'text' as const,
      text,
      image: null,
      features: null,
      meta: '{}',
      ...place,
      seed: null,
      parents: [],
      index,
    };
  });
  const { digest: artifact } = await store.put(writeSampleShard(rows), PARQUET);
  return rows.map(({ key, rootKey, chain, depth, hop, index }) => ({ key, rootKey, chain, depth, hop, artifact, row: index }));
}

/** An order as an activity would make it. */
export function orderOf(step: Step, parts: Partial<WorkOrder> = {}): WorkOrder {
  const { kind, module, name, version } = step;
  if (kind === 'source') throw new TypeError('orderOf: sources do not run on devices');
  return {
    id: randomUUID(),
    kind,
    step: { module, name, version },
    params: {},
    seed: sha256('seed'),
    models: {},
    nodes: {},
    ...parts,
  };
}

/** An order of a map step with one item a row. */
export function mapOrder(step: Step, rows: RowRef[], params: JsonObject = {}, parts: Partial<WorkOrder> = {}): WorkOrder {
  const items = rows.map((row, index): OrderItem => {
    const { rootKey, chain, depth, hop } = row;
    const key = sha256(`${step.name} ${JSON.stringify(params)} ${row.key} ${index}`);
    return {
      key,
      seed: null,
      rootKey,
      chain,
      depth,
      hop: hop + 1,
      inputs: { text: row, hint: { ...row, artifact: null } },
      sampleKey: row.key,
    };
  });
  return orderOf(step, { params, items, seed: null, ...parts });
}
