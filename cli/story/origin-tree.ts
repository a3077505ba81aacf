import type { Sample, SampleEdge } from '../operations/lineage.ts';
import { BRANCH, type Tree } from '../terminal/tree.ts';
import { type StoryOptions, sampleLines } from './sample-lines.ts';

/** From the real sample down to the one that was asked for. Side branches (a picture that a caption also saw) stand where they join. */
export function originTree(sample: Sample, edges: readonly SampleEdge[], options: StoryOptions): Tree {
  const byKey = new Map<string, Sample>([[sample.key, sample], ...edges.map((edge) => [edge.sample.key, edge.sample] as const)]);
  const children = childrenByParent(edges);
  const isChild = new Set(edges.map((edge) => edge.child));
  const roots = [...byKey.keys()].filter((key) => !isChild.has(key));
  const keys = roots.length > 0 ? roots : [sample.key];
  const [only] = keys;
  const told = new Set<string>();
  if (keys.length === 1) return treeBelow(only!, byKey, children, options, told);
  const trees = keys.map((key) => treeBelow(key, byKey, children, options, told, '', 1));
  return { lines: ['(several real samples)'], children: trees };
}

/** From a sample down to everything that was made of it. */
export function descentTree(sample: Sample, edges: readonly SampleEdge[], options: StoryOptions): Tree {
  const byKey = new Map<string, Sample>([[sample.key, sample], ...edges.map((edge) => [edge.sample.key, edge.sample] as const)]);
  return treeBelow(sample.key, byKey, childrenByParent(edges), options, new Set());
}

interface Child {
  role: string;
  key: string;
}

function childrenByParent(edges: readonly SampleEdge[]): Map<string, Child[]> {
  const children = new Map<string, Child[]>();
  for (const { parent, child, role } of edges) {
    const known = children.get(parent) ?? [];
    if (!known.some((other) => other.key === child && other.role === role)) known.push({ role, key: child });
    children.set(parent, known);
  }
  return children;
}

/** A sample that was told already is named again without its own children. */
function treeBelow(
  key: string,
  byKey: Map<string, Sample>,
  children: Map<string, Child[]>,
  options: StoryOptions,
  told: Set<string>,
  role = '',
  level = 0,
): Tree {
  const sample = byKey.get(key);
  const as = role ? `[${role}] ` : '';
  if (!sample) return { lines: [`${as}${key.slice(0, 12)} (beyond the depth asked for)`], children: [] };
  if (told.has(key)) return { lines: [`${as}${key.slice(0, 12)} (see above)`], children: [] };
  told.add(key);
  const below = (children.get(key) ?? []).map((child) =>
    treeBelow(child.key, byKey, children, options, told, child.role, level + 1),
  );
  return { lines: sampleLines(sample, options, BRANCH * level, as), children: below };
}
