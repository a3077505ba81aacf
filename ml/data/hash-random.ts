import { createHash } from 'node:crypto';
import { Philox } from '../../engine/plan/philox.ts';

/** A generator that depends on nothing but the words it is named by: `hashRandom('split', 0, 'group-17')`. */
export function hashRandom(...name: (string | number)[]): Philox {
  return new Philox(new Uint8Array(createHash('sha256').update(JSON.stringify(name)).digest()));
}

/** Uniform in [0, 1), by name: the same name always gives the same number. */
export const hashUniform = (...name: (string | number)[]): number => hashRandom(...name).uniform();
