import type { Tx } from '../lineage/index.ts';
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
  const labels = await rootLabels(db, runId);
  const groups = new Map<string, WhatIfGroup>();
  const { roots, places } = candidates;
  let label: string | null = null;
  for (let row = 0; row < candidates.count; row++) {
    if (row === 0 || roots.compare(roots, (row - 1) * 32, row * 32, row * 32, row * 32 + 32) !== 0)
      label = labels.get(roots.toString('latin1', row * 32, row * 32 + 32)) ?? null;
    const hop = places[row * 3 + 2]!;
    const name = `${hop}/${label === null ? '' : `=${label}`}`;
    let group = groups.get(name);
    if (!group) {
      group = { label, hop, ...noCounts() };
      groups.set(name, group);
    }
    count(group, keptNow[row]!, keptThen[row]!);
  }
  return [...groups.values()].sort((a, b) => compare(a.label ?? '', b.label ?? '') || a.hop - b.hop);
}

/** Labels of a run's real samples, by the 32 characters of their key. */
async function rootLabels(db: Tx, runId: string): Promise<ReadonlyMap<string, string>> {
  const rows = await db.query<{ label: string; keys: string }>(
    `SELECT label, string_agg(key, ''::bytea) AS keys
       FROM (SELECT s.key, coalesce(s.meta->>'label', (SELECT r.meta->>'label' FROM dataset_row r WHERE r.image_sample_id = s.id LIMIT 1)) AS label
               FROM node n JOIN node_sample m ON m.node_id = n.id JOIN sample s ON s.id = m.sample_id
              WHERE n.run_id = $1 AND n.kind = 'source') x
      WHERE label IS NOT NULL GROUP BY label`,
    [runId],
  );
  const labels = new Map<string, string>();
  for (const { label, keys } of rows) {
    const packed = Buffer.from(keys, 'hex');
    for (let at = 0; at < packed.length; at += 32) labels.set(packed.toString('latin1', at, at + 32), label);
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
