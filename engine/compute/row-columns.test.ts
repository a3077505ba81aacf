import { deserialize, serialize } from 'node:v8';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sha256 } from '../plan/digest.ts';
import type { RowRef, ScoreRef } from './order.ts';
import { PackedRows, packRows, type RowColumns, RowPacker } from './row-columns.ts';

const digest = fc.nat(50).map((value) => sha256(`${value}`));
const int = fc.integer({ min: 0, max: 2 ** 31 - 1 });
const plain = fc.record({ key: digest, artifact: digest, row: int, rootKey: digest, chain: int, depth: int, hop: int });
const scored = fc.tuple(plain, digest).map(([row, sampleKey]): ScoreRef => ({ ...row, sampleKey }));

/** As a device host receives it. */
const sent = (columns: RowColumns): RowColumns => deserialize(serialize(columns)) as RowColumns;

test('rows come out of their columns as they went in, also in another process', () => {
  fc.assert(
    fc.property(fc.array(plain), (rows: RowRef[]) => {
      const packed = new PackedRows(sent(packRows('samples', rows)));
      expect([...packed]).toEqual(rows);
      expect(packed.artifacts).toEqual([...new Set(rows.map(({ artifact }) => artifact))]);
    }),
  );
});

test('scores keep the sample that they judge', () => {
  fc.assert(
    fc.property(fc.array(scored), (rows) => {
      expect([...new PackedRows<ScoreRef>(sent(packRows('scores', rows)))]).toEqual(rows);
    }),
  );
});

test('more rows than a chunk has', () => {
  const row = (index: number): RowRef => ({
    key: sha256(`key ${index}`),
    artifact: sha256(`shard ${index % 7}`),
    rootKey: sha256(`${index}`),
    row: index,
    chain: 1,
    depth: 2,
    hop: 3,
  });
  const packer = new RowPacker('samples');
  for (let index = 0; index < 40_000; index++) packer.add(row(index));
  const columns = packer.pack();
  expect(columns.chunks.reduce((sum, chunk) => sum + chunk.length, 0)).toBe(40_000 * 84);
  const rows = new PackedRows(columns);
  for (const index of [0, 16_383, 16_384, 32_768, 39_999]) expect(rows.at(index)).toEqual(row(index));
});
