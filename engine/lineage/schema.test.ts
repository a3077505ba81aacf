import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { startEmbedded } from '../../infra/embedded/start.ts';
import { useDatabase } from './fixtures/use-database.ts';

interface Column {
  type: string;
  nullable: boolean;
}

const TYPES: Record<string, string> = {
  BigInt: 'int8',
  Int: 'int4',
  String: 'text',
  Json: 'jsonb',
  Bytes: 'bytea',
  Boolean: 'bool',
  Float: 'float8',
  DateTime: 'timestamptz',
};

/** Columns, ids, uniques and indexes as schema.prisma declares them, by table. */
async function declared() {
  const text = await readFile(new URL('../../schema.prisma', import.meta.url), 'utf8');
  const blocks = [...text.matchAll(/^model (\w+) \{\n([\s\S]*?)^\}/gm)].map(([, model, body]) => ({
    model: model!,
    lines: body!.split('\n').map((line) => line.trim()),
  }));
  const models = new Set(blocks.map((block) => block.model));
  return new Map(
    blocks.map(({ lines }) => {
      const columns = new Map<string, Column>();
      const names = new Map<string, string>();
      const keys: string[] = [];
      for (const line of lines) {
        const [, field, type, mark = '', rest = ''] = /^(\w+)\s+(\w+(?:\("\w+"\))?)(\[\]|\?)?\s*(.*)$/.exec(line) ?? [];
        if (!field || !type || line.startsWith('/') || models.has(type)) continue;
        const name = /@map\("(\w+)"\)/.exec(rest)?.[1] ?? field;
        const native = /^Unsupported\("(\w+)"\)/.exec(type)?.[1] ?? TYPES[type]!;
        names.set(field, name);
        columns.set(name, { type: mark === '[]' ? `_${native}` : native, nullable: mark === '?' });
        if (/@id\b|@unique\b/.test(rest)) keys.push(`unique(${name})`);
      }
      for (const line of lines) {
        const [, kind, fields] = /^@@(id|unique|index)\(\[([\w, ]+)\]/.exec(line) ?? [];
        if (fields)
          keys.push(
            `${kind === 'index' ? 'index' : 'unique'}(${fields
              .split(', ')
              .map((field) => names.get(field))
              .join(',')})`,
          );
      }
      const table = lines.map((line) => /^@@map\("(\w+)"\)/.exec(line)?.[1]).find(Boolean)!;
      return [table, { columns, keys: keys.sort() }];
    }),
  );
}

describe('schema.prisma', () => {
  const database = useDatabase(startEmbedded);
  let tables: Awaited<ReturnType<typeof declared>>;
  beforeAll(async () => {
    tables = await declared();
  });

  test('has the columns that the migrations make, with their types', async () => {
    const rows = await database.db.query<{ table: string; name: string } & Column>(
      `SELECT table_name AS table, column_name AS name, udt_name AS type, is_nullable = 'YES' AS nullable FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name <> '_prisma_migrations'`,
    );
    const found: Record<string, Record<string, Column>> = {};
    for (const { table, name, ...column } of rows) found[table] = { ...found[table], [name]: column };
    expect(found).toEqual(Object.fromEntries([...tables].map(([table, { columns }]) => [table, Object.fromEntries(columns)])));
  });

  test('has the keys and indexes that the migrations make', async () => {
    const rows = await database.db.query<{ table: string; key: string }>(
      `SELECT t.relname AS table, CASE WHEN i.indisunique THEN 'unique(' ELSE 'index(' END || string_agg(a.attname, ',' ORDER BY k.place) || ')' AS key
         FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace s ON s.oid = t.relnamespace
         CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k (attribute, place)
         JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attribute
        WHERE s.nspname = 'public' AND t.relname <> '_prisma_migrations' AND i.indexprs IS NULL
        GROUP BY i.indexrelid, t.relname, i.indisunique`,
    );
    const found = new Map<string, string[]>();
    for (const { table, key } of rows) found.set(table, [...(found.get(table) ?? []), key].sort());
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries([...tables].map(([table, { keys }]) => [table, keys])));
  });
});
