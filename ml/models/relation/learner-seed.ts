import { Philox } from '../../../engine/plan/philox.ts';

/** Streams of one seed: what each learner draws is its own, so that one more learner changes no other. */
const STREAMS = { text: 1, teacher: 2, student: 3 } as const;
export type LearnerKind = keyof typeof STREAMS;

/** 32 bytes from the engine's 64 hex characters. */
export const seedBytes = (seed: string): Uint8Array => new Uint8Array(Buffer.from(seed, 'hex'));

/** The random numbers of one epoch of one model: a function of these four alone, which is why training can stop after any epoch. */
export const epochRandom = (seed: string, kind: LearnerKind, epoch: number, fold: number): Philox =>
  new Philox(seedBytes(seed), (BigInt(STREAMS[kind]) << 48n) | (BigInt(fold) << 32n) | BigInt(epoch));
