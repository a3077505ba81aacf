import type { Digest } from '../plan/digest.ts';
import type { Coordinates } from '../plan/step-io.ts';

/** A member of a node. Coordinates are kept where they differ from the sample's own: a picture that two texts share is one sample. */
export type NodeMember = { ordinal: number; key: Digest } & Partial<Coordinates>;
