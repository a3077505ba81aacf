import type { Medium, SampleMedium } from './define-step.ts';
import { HoplineError } from './errors.ts';

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

/** All samples of several nodes of one medium, such as the pictures of every depth. Throws WIRING_INVALID for none. */
export function union<M extends SampleMedium | 'scores'>(...handles: Handle<M>[]): Handle<M> {
  const [first] = handles;
  if (!first) throw new HoplineError('WIRING_INVALID', 'union must have a handle, got none');
  return { medium: first.medium, parts: handles.flatMap((handle) => handle.parts) };
}

/** The part of a node's samples on the given chains and depths. A part of a part is what both name. */
export function only<M extends SampleMedium | 'scores'>(
  handle: Handle<M>,
  where: { chains?: number[]; depths?: number[] },
): Handle<M> {
  const parts = handle.parts.map(({ node, medium, chains, depths }) => ({
    node,
    medium,
    ...both('chains', chains, where.chains),
    ...both('depths', depths, where.depths),
  }));
  return { medium: handle.medium, parts };
}

function both<N extends 'chains' | 'depths'>(
  name: N,
  one: number[] | undefined,
  other: number[] | undefined,
): { [K in N]?: number[] } {
  const common = one && other ? one.filter((value) => other.includes(value)) : (one ?? other);
  return common === undefined ? {} : ({ [name]: common } as { [K in N]: number[] });
}
