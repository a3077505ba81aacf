import type { Digest } from '../plan/digest.ts';

/** A whole node that a derivation read. */
export interface InputRef {
  role: string;
  key: Digest;
}

/** SQL: what derivation `d` read besides its items' parents, as a JSON list. */
export const INPUTS = `(SELECT coalesce(jsonb_agg(jsonb_build_object('role', i.role, 'key', encode(i.key, 'hex')) ORDER BY i.role, i.key), '[]')
   FROM derivation_input i WHERE i.derivation_id = d.id) AS inputs`;
