import type { Digest } from '../../../engine/plan/digest.ts';
import type { NodeInputs, SampleValue } from '../../../engine/plan/step-io.ts';
import { type EncodedText, encodeText } from '../../../ml/models/relation/encode-text.ts';
import { readRowMeta } from './row-meta.ts';

/** A real text with its pair and label, ready for a learner. */
export interface RelationText {
  /** Of the text sample. */
  key: Digest;
  rootKey: Digest;
  /** Never divided between folds. */
  group: string;
  /** Texts about one picture share it. */
  instance: string;
  text: EncodedText;
  label: string;
  slice: string;
}

/** The texts of a role, in the order of their keys. */
export async function relationTexts(nodes: NodeInputs, role: string): Promise<RelationText[]> {
  const samples = await nodes.samples(role);
  return samples.map(relationText).sort((a, b) => (a.key < b.key ? -1 : 1));
}

export function relationText(sample: SampleValue): RelationText {
  const { head, tail, label, slice, instance, group } = readRowMeta(sample);
  return {
    key: sample.key,
    rootKey: sample.rootKey,
    group: group ?? instance ?? sample.key,
    instance: instance ?? sample.key,
    text: encodeText(sample.text!, head.span, tail.span),
    label,
    slice,
  };
}

/** The sorted label set: its order is that of the classes. */
export const labelSet = (texts: readonly { label: string }[]): string[] => [...new Set(texts.map((text) => text.label))].sort();
