import { canonicalJson, type Digest } from './digest.ts';
import type { Json, JsonObject } from './json.ts';
import type { PlannedNode } from './plan-types.ts';

/** A node as an earlier run had it. */
export interface EarlierNode {
  name: string;
  step: string;
  params: JsonObject;
  models: Record<string, { name: string; digest: Digest }>;
  inputs: Json;
  key: Digest;
  codeDigest: Digest;
  expected: number;
  dataset?: { name: string; digest: Digest } | null;
}

export interface NodeDifference {
  /** The first input that differs from the latest run that has the node, in words; null when nothing does. */
  reason: string | null;
  /** Same version, other compiled code: results are reused on the author's word. */
  codeChanged: boolean;
}

/** Compares a planned node with the latest run that has it: its own step first, then what it reads. */
export function diffNode(node: PlannedNode, earlier: EarlierNode | undefined, changedNodes: ReadonlySet<string>): NodeDifference {
  if (!earlier) return { reason: 'first run with this node', codeChanged: false };
  const codeChanged = earlier.step === node.step && earlier.codeDigest !== node.codeDigest;
  return { reason: firstDifference(node, earlier, changedNodes), codeChanged };
}

function firstDifference(node: PlannedNode, earlier: EarlierNode, changedNodes: ReadonlySet<string>): string | null {
  if (node.key === earlier.key) return null;
  if (node.step !== earlier.step) return `step ${earlier.step} -> ${node.step}`;
  const param = firstDifferentPath(earlier.params, node.params);
  if (param) return `params.${param.path} ${short(param.before)} -> ${short(param.after)}`;
  for (const [role, model] of Object.entries(node.models)) {
    const before = earlier.models[role];
    if (before?.digest !== model.digest)
      return `model ${role} ${before?.digest.slice(0, 8) ?? 'none'} -> ${model.digest.slice(0, 8)} (${model.name})`;
  }
  if (node.kind === 'source') return sourceDifference(node, earlier);
  if (canonicalJson(earlier.inputs) !== canonicalJson(node.inputs as unknown as Json)) return 'inputs are wired otherwise';
  const upstream = node.dependsOn.find((name) => changedNodes.has(name));
  if (upstream) return `input ${upstream} changed`;
  return node.expected === earlier.expected ? 'seed changed' : `items ${earlier.expected} -> ${node.expected}`;
}

function sourceDifference(node: PlannedNode, earlier: EarlierNode): string {
  const of = node.dataset ? ` of dataset ${node.dataset.name}` : '';
  return node.expected === earlier.expected ? `other rows${of}` : `rows ${earlier.expected} -> ${node.expected}${of}`;
}

/** The first path, in sorted order, at which two JSON values differ. */
export function firstDifferentPath(
  before: Json,
  after: Json,
  path = '',
): { path: string; before: Json | undefined; after: Json | undefined } | null {
  if (isObject(before) && isObject(after)) {
    for (const name of [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()) {
      const below = path ? `${path}.${name}` : name;
      const [left, right] = [before[name], after[name]];
      if (left === undefined || right === undefined) {
        if (left !== right) return { path: below, before: left, after: right };
        continue;
      }
      const found = firstDifferentPath(left, right, below);
      if (found) return found;
    }
    return null;
  }
  return canonicalJson(before) === canonicalJson(after) ? null : { path, before, after };
}

const isObject = (value: Json): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
const short = (value: Json | undefined): string => (value === undefined ? 'none' : canonicalJson(value).slice(0, 60));
