import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../plan/digest.ts';
import { contentDigest } from '../plan/keys.ts';
import { openStore } from '../store/open-store.ts';
import { readSampleRows } from '../store/read-sample-shard.ts';
import { readScoreRows } from '../store/score-shard.ts';
import type { Store } from '../store/store.ts';
import { unpackDecisions } from './decision-columns.ts';
import type { NodeInputRef, RowRef, ScoreRef, WorkOrder, WorkResult } from './order.ts';
import { OrderRunner } from './order-runner.ts';
import { packRows } from './row-columns.ts';
import { mapOrder, orderOf, putTexts } from './testing/orders.ts';
import { echo, evaluate, keepBest, misbehave, notAPicture, paint, say, score, train, whisper } from './testing/steps.ts';

let folder: string;
let store: Store;
let runner: OrderRunner;
let rows: RowRef[];
const texts = ['a red circle', 'a blue square', 'a star'];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hopline-orders-'));
  const storeUrl = pathToFileURL(folder).href;
  store = openStore(storeUrl);
  runner = new OrderRunner(
    { storeUrl, device: 'cpu:0', threads: 1, cacheBytes: 1 << 20, modelBytes: 1e12, memoryLimit: 1e12 },
    store,
  );
  rows = await putTexts(store, texts);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (order: WorkOrder): Promise<WorkResult> => runner.run(order, new AbortController().signal);
const json = async (digest: string): Promise<unknown> => JSON.parse(Buffer.from(await store.get(digest)).toString());

/** The refs to what a map order made, as the lineage would know them. */
async function made(order: WorkOrder): Promise<ScoreRef[]> {
  const { artifact, items } = await run(order);
  return items!.map(({ key, row }, index) => {
    const { rootKey, chain, depth, hop, sampleKey } = order.items![index]!;
    return { key, artifact: artifact!.digest, row, rootKey, chain, depth, hop, sampleKey: sampleKey! };
  });
}

describe('a map order', () => {
  it('stores its samples in one shard, with parents, seed and content digest', async () => {
    const order = mapOrder(echo, rows);
    const { artifact, items } = await run(order);
    expect(items!.map(({ row }) => row)).toEqual([0, 1, 2]);
    expect(items![0]).toMatchObject({
      text: 'a red circle!',
      bytes: 13,
      contentDigest: contentDigest('a red circle!', '{"chain":0}'),
      meta: { chain: 0 },
    });
    const [stored] = await readSampleRows(store, artifact!.digest, [0]);
    expect(stored).toMatchObject({
      key: items![0]!.key,
      contentDigest: items![0]!.contentDigest,
      hop: 1,
      rootKey: rows[0]!.key,
      parents: [
        { role: 'hint', key: rows[0]!.key },
        { role: 'text', key: rows[0]!.key },
      ],
    });
  });

  it('makes the same bytes again', async () => {
    const order = mapOrder(echo, rows);
    expect((await run(order)).artifact).toEqual((await run(structuredClone(order))).artifact);
  });

  it('of scores keeps loss and values beside the sample that was scored', async () => {
    const { artifact, items } = await run(mapOrder(score, rows));
    expect(items![1]).toMatchObject({ loss: 1.3, values: { length: 13 } });
    expect(await readScoreRows(store, artifact!.digest, [2])).toEqual([
      { key: items![2]!.key, sampleKey: rows[2]!.key, loss: 0.6, values: { length: 6 } },
    ]);
  });

  it('gives an item that failed its reason and no row', async () => {
    const { items } = await run(mapOrder(misbehave, rows, { how: 'failed' }));
    expect(items![0]).toEqual({ key: expect.any(String), row: -1, contentDigest: null, bytes: 0, failed: 'refused' });
    expect(items!.map(({ row }) => row)).toEqual([-1, 0, 1]);
  });

  it('fails the item whose number is not finite, by name', async () => {
    const order = mapOrder(misbehave, rows, { how: 'NaN' });
    const { items } = await run(order);
    expect(items![1]!.failed).toBe(`STEP_OUTPUT_NAN features[1] of item ${order.items![1]!.key} must be finite, got NaN`);
    expect(items![0]!.failed).toBeUndefined();
  });

  it('fails the item whose text is blank, unless the step means it', async () => {
    const words = { words: ['  \n\u200b', '', 'a'] };
    const order = mapOrder(say, rows, words);
    const { items } = await run(order);
    expect(items!.map(({ failed }) => failed)).toEqual([
      `STEP_OUTPUT_BLANK text of item ${order.items![0]!.key} must not be blank, got 4 invisible characters`,
      `STEP_OUTPUT_BLANK text of item ${order.items![1]!.key} must not be blank, got nothing`,
      undefined,
    ]);
    expect((await run(mapOrder(whisper, rows, words))).items!.map(({ row }) => row)).toEqual([0, 1, 2]);
  });

  it('fails the item whose picture shows nothing, where the step asks for it', async () => {
    const { items } = await run(mapOrder(paint, rows));
    expect(items![0]!.failed).toMatch(
      /^STEP_OUTPUT_BLANK picture of item \w+ must show something, got one colour \(255, 255, 255\)/,
    );
    expect(items![1]!.failed).toBeUndefined();
    expect(items![2]!.failed).toMatch(/^STEP_OUTPUT_BLANK .* can't be decoded/);
  });

  it('stores nothing when every item failed', async () => {
    const { artifact, items } = await run(mapOrder(misbehave, rows.slice(0, 1), { how: 'failed' }));
    expect([artifact, items![0]!.failed]).toEqual([null, 'refused']);
  });

  it('with the wrong number or form of outputs is a named error', async () => {
    await expect(run(mapOrder(misbehave, rows, { how: 'too few' }))).rejects.toMatchObject({
      code: 'STEP_OUTPUT_COUNT',
      message: 'step "misbehave".run must return 3 outputs, got 0',
      permanent: true,
    });
    for (const how of ['text', 'both'])
      await expect(run(mapOrder(misbehave, rows, { how }))).rejects.toMatchObject({ code: 'STEP_OUTPUT_MEDIUM' });
    await expect(run(mapOrder(notAPicture, rows))).rejects.toMatchObject({
      code: 'STEP_OUTPUT_IMAGE',
      message: expect.stringContaining('47494638'),
    });
  });

  it('refuses a row that holds another sample', async () => {
    const crossed = [{ ...rows[0]!, row: 1 }];
    await expect(run(mapOrder(echo, crossed))).rejects.toMatchObject({ code: 'INPUT_MISMATCH' });
    await expect(run(mapOrder(echo, [{ ...rows[0]!, row: 9 }]))).rejects.toMatchObject({ code: 'INPUT_MISMATCH' });
  });
});

describe('whole-node orders', () => {
  async function selected(): Promise<WorkResult> {
    const scores: NodeInputRef = { kind: 'scores', rows: packRows('scores', await made(mapOrder(score, rows))) };
    return run(orderOf(keepBest, { params: { keep: 2, forget: 0 }, nodes: { scores } }));
  }

  it('a selection stores decisions with the coordinates of the scored samples', async () => {
    const { artifact, decisions } = await selected();
    expect([...unpackDecisions(decisions!)].flat().map(({ kept, reason }) => `${kept} ${reason}`)).toEqual([
      'true rank 0',
      'true rank 1',
      'false rank 2',
    ]);
    expect(await json(artifact!.digest)).toEqual(
      [2, 0, 1].map((index, rank) => ({
        sampleKey: rows[index]!.key,
        rootKey: rows[index]!.key,
        chain: 0,
        depth: 0,
        hop: 1,
        kept: rank < 2,
        rank,
      })),
    );
  });

  it('a selection that forgets a sample is a named error', async () => {
    const scores: NodeInputRef = { kind: 'scores', rows: packRows('scores', await made(mapOrder(score, rows))) };
    await expect(run(orderOf(keepBest, { params: { keep: 2, forget: 1 }, nodes: { scores } }))).rejects.toMatchObject({
      code: 'STEP_OUTPUT_COUNT',
    });
  });

  it('a fold goes from state to state, and a reduction reads them all', async () => {
    const { artifact } = await selected();
    const nodes: WorkOrder['nodes'] = {
      texts: { kind: 'samples', load: true, rows: packRows('samples', rows) },
      decisions: { kind: 'decisions', artifact: artifact!.digest },
    };
    const states: { key: string; epoch: number; artifact: string }[] = [];
    for (const epoch of [0, 1, 2]) {
      const fold = { epoch, epochs: 3, state: states.at(-1)?.artifact ?? null };
      const result = await run(orderOf(train, { params: { diverge: false }, nodes, fold }));
      expect(result).toMatchObject({ epochMetrics: { loss: 3 / (epoch + 1) }, trainedOn: [rows[2]!.key, rows[0]!.key] });
      states.push({ key: sha256(`state ${epoch}`), epoch, artifact: result.artifact!.digest });
    }
    const student: NodeInputRef = { kind: 'checkpoint', states };
    const result = await run(
      orderOf(evaluate, { nodes: { student, texts: { kind: 'samples', load: false, rows: packRows('samples', rows) } } }),
    );
    expect(result.result).toEqual({ state: 'weights/0/1/2', epochs: [0, 1, 2], text: 'not loaded' });
    expect(await json(result.artifact!.digest)).toEqual(result.result);
    expect(result.files!['report.md']).toMatchObject({ mediaType: 'text/markdown', digest: sha256('# f1 0.5\n') });
    expect(result.predictions![0]!.logProbabilities).toEqual([0, Number.NEGATIVE_INFINITY]);
  });

  it('a training that diverges is STEP_OUTPUT_NAN and leaves no checkpoint', async () => {
    const { artifact } = await selected();
    const nodes: WorkOrder['nodes'] = {
      texts: { kind: 'samples', load: true, rows: packRows('samples', rows) },
      decisions: { kind: 'decisions', artifact: artifact!.digest },
    };
    const order = orderOf(train, { params: { diverge: true }, nodes, fold: { epoch: 1, epochs: 3, state: null } });
    await expect(run(order)).rejects.toMatchObject({ code: 'STEP_OUTPUT_NAN', message: expect.stringContaining('epoch 1') });
  });

  it('a role that is not there is named', async () => {
    await expect(run(orderOf(keepBest, { params: { keep: 1, forget: 0 } }))).rejects.toMatchObject({
      code: 'STEP_INPUT_MISSING',
    });
  });
});
