import type { NodeStatus } from '../operations/run-status.ts';
import { duration } from '../terminal/duration.ts';
import { table } from '../terminal/table.ts';
import { percentOver } from './mean-spread.ts';

/** A line of the node `report` of `mi2rage`. */
export interface ReportRow {
  variant: string;
  views: string;
  /** Pictures of the training texts that it could have learned from, and those that it did. */
  made: number;
  kept: number;
  /** By slice. */
  macroF1: Record<string, number>;
}

/** One run of the demo: one seed. */
export interface SeedReport {
  rows: ReportRow[];
  nodes: NodeStatus[];
}

/** Variants by row: F1 over seeds on the test part with the real picture as the view, pictures, and what the variant alone would cost
 *  (work that variants share counts in each). */
export function variantTable(seeds: readonly SeedReport[]): string {
  const variants = [...new Set(seeds.flatMap(({ rows }) => rows.map((row) => row.variant)))];
  const lines = variants.map((variant) => {
    const rows = seeds.flatMap(({ rows: all }) =>
      all.filter((row) => row.variant === variant && (row.views === 'real' || row.views === 'text')),
    );
    const f1 = (slice: string): string => percentOver(rows.map((row) => row.macroF1[slice]));
    const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
    return [
      variant,
      f1('all'),
      f1('explicit'),
      f1('ambiguous'),
      mean(rows.map((row) => row.made)).toFixed(0),
      mean(rows.map((row) => row.kept)).toFixed(0),
      duration(mean(seeds.map(({ nodes }) => costOf(`${variant}-test`, nodes)))),
    ];
  });
  return table(
    [
      { title: 'variant' },
      { title: 'F1 all', align: 'right' },
      { title: 'explicit', align: 'right' },
      { title: 'ambiguous', align: 'right' },
      { title: 'made', align: 'right' },
      { title: 'kept', align: 'right' },
      { title: 'device time', align: 'right' },
    ],
    lines,
  );
}

/** Device-seconds of a node and everything that it reads, however far back. */
export function costOf(name: string, nodes: readonly NodeStatus[]): number {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const needed = new Set<string>();
  const visit = (node: string): void => {
    if (needed.has(node)) return;
    needed.add(node);
    byName.get(node)?.dependsOn.forEach(visit);
  };
  visit(name);
  return [...needed].reduce((sum, node) => sum + (byName.get(node)?.deviceSeconds ?? 0), 0);
}
