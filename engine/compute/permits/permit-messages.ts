import type { PermitAsk, PermitEnd } from '../../plan/permit.ts';
import type { WireError } from '../wire-error.ts';

/** From a device host: it wants a permit, or has no use for it any more (whether it was granted or not). Ids are the host's. */
export type PermitFromHost =
  | { type: 'permit-ask'; id: number; ask: PermitAsk }
  | { type: 'permit-end'; id: number; end: PermitEnd };

/** To a device host: it may go; or nobody can say. */
export type PermitToHost = { type: 'permit'; id: number; error?: WireError };
