import type { Medium, SampleMedium } from './define-step.ts';

/** One node's output, or the part of it on some chains or depths. */
export interface HandlePart {
  node: string;
  medium: Medium;
  chains?: number[];
  depths?: number[];
}

/** What a node hands on, as a typed value to wire into others. A union has several parts. */
export interface Handle<M extends Medium = Medium> {
  readonly medium: M;
  readonly parts: readonly HandlePart[];
}

/** All samples of several nodes of one medium, such as the pictures of every depth. */
export function union<M extends SampleMedium | 'scores'>(...handles: Handle<M>[]): Handle<M> {
  return { medium: handles[0]!.medium, parts: handles.flatMap((handle) => handle.parts) };
}

/** The part of a node's samples on the given chains or depths. */
export function only<M extends SampleMedium | 'scores'>(handle: Handle<M>, where: { chains?: number[]; depths?: number[] }): Handle<M> {
  return { medium: handle.medium, parts: handle.parts.map((part) => ({ ...part, ...where })) };
}
