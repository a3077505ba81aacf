import type { Tx } from '../lineage/index.ts';
import { instancesOf } from './instances.ts';
import type { WhatIf } from './what-if.ts';

export interface WhatIfCounts {
  candidates: number;
  keptNow: number;
  keptThen: number;
  /** Kept then and not now. */
  gained: number;
  /** Kept now and not then. */
  lost: number;
}

export interface WhatIfGroup extends WhatIfCounts {
  /** What the dataset says of the real sample; null where it says nothing. */
  label: string | null;
  hop: number;
}

/** All of it together. */
export function whatIfCounts({ keptNow, keptThen }: WhatIf): WhatIfCounts {
  const counts = noCounts();
  for (let row = 0; row < keptNow.length; row++) count(counts, keptNow[row]!, keptThen[row]!);
  return counts;
}

/** By class and hop, classes by name. */
export async function whatIfGroups(db: Tx, runId: string, { candidates, keptNow, keptThen }: WhatIf): Promise<WhatIfGroup[]> {
  const { count: instances, of, order, starts } = instancesOf(candidates);
  const heads: string[] = [];
  for (let instance = 0; instance < instances; instance++) {
    const at = order[starts[instance]!]! * HEAD;
    heads.push(candidates.rootHeads.toString('latin1', at, at + HEAD));
  }
  const labels = await (instances <= FEW ? labelsOf(db, heads) : rootLabels(db, runId));
  const names = heads.map((head) => labels.get(head) ?? null);
  const groups = new Map<string | null, Map<number, WhatIfGroup>>();
  for (let row = 0; row < candidates.count; row++) {
    const [label, hop] = [names[of[row]!]!, candidates.hops[row]!];
    const byHop = groups.get(label) ?? new Map<number, WhatIfGroup>();
    if (byHop.size === 0) groups.set(label, byHop);
    const group = byHop.get(hop) ?? { label, hop, ...noCounts() };
    if (group.candidates === 0) byHop.set(hop, group);
    count(group, keptNow[row]!, keptThen[row]!);
  }
  return [...groups.values()]
    .flatMap((byHop) => [...byHop.values()])
    .sort((a, b) => compare(a.label ?? '', b.label ?? '') || a.hop - b.hop);
}

/** Bytes of a root that candidates know. */
const HEAD = 16;

/** Real samples that are looked up one by one. Of more, all of the run's are read. */
const FEW = 5_000;

/** SQL of the label of a real sample `s`. */
const LABEL = `coalesce(s.meta->>'label', (SELECT r.meta->>'label' FROM dataset_row r WHERE r.image_sample_id = s.id LIMIT 1))`;

/** Labels of real samples, by the first 16 bytes of their key. */
async function labelsOf(db: Tx, heads: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const packed = Buffer.from(heads.join(''), 'latin1');
  const rows = await db.query<{ label: string; keys: string }>(
    `SELECT label, string_agg(head, ''::bytea) AS keys
       FROM (SELECT h.head, ${LABEL} AS label
               FROM (SELECT substring($1::bytea FROM i * ${HEAD} + 1 FOR ${HEAD}) AS head FROM generate_series(0, $2::int - 1) AS i OFFSET 0) h
               CROSS JOIN LATERAL (
                 SELECT * FROM sample WHERE key >= h.head || decode(repeat('00', ${HEAD}), 'hex') AND key <= h.head || decode(repeat('ff', ${HEAD}), 'hex')
                  LIMIT 1) s) x
      WHERE label IS NOT NULL GROUP BY label`,
    [packed, heads.length],
  );
  return unpacked(rows);
}

/** Labels of a run's real samples, likewise. The ids of the sources stand in the text of the statement, so that it is planned for their size. */
async function rootLabels(db: Tx, runId: string): Promise<ReadonlyMap<string, string>> {
  const sources = await db.query<{ id: number }>(`SELECT id FROM node WHERE run_id = $1 AND kind = 'source'`, [runId]);
  if (sources.length === 0) return new Map();
  const rows = await db.query<{ label: string; keys: string }>(
    `SELECT label, string_agg(substring(key FROM 1 FOR ${HEAD}), ''::bytea) AS keys
       FROM (SELECT s.key, ${LABEL} AS label
               FROM node_sample m JOIN sample s ON s.id = m.sample_id WHERE m.node_id IN (${sources.map(({ id }) => id).join(', ')})) x
      WHERE label IS NOT NULL GROUP BY label`,
  );
  return unpacked(rows);
}

function unpacked(rows: readonly { label: string; keys: string }[]): ReadonlyMap<string, string> {
  const labels = new Map<string, string>();
  for (const { label, keys } of rows) {
    const packed = Buffer.from(keys, 'hex');
    for (let at = 0; at < packed.length; at += HEAD) labels.set(packed.toString('latin1', at, at + HEAD), label);
  }
  return labels;
}

const noCounts = (): WhatIfCounts => ({ candidates: 0, keptNow: 0, keptThen: 0, gained: 0, lost: 0 });
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function count(counts: WhatIfCounts, now: number, then: number): void {
  counts.candidates++;
  counts.keptNow += now;
  counts.keptThen += then;
  if (then > now) counts.gained++;
  if (now > then) counts.lost++;
}
