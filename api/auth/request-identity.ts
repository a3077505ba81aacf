import { unauthenticated } from '../../engine/lineage/index.ts';
import type { Viewer } from '../schema/viewer.ts';
import type { Identity } from './authenticator.ts';

const identities = new WeakMap<Request, Identity>();

/** Notes who sent a request: `useAuthentication` does, before anything else looks at it. */
export const setIdentity = (request: Request, identity: Identity): void => void identities.set(request, identity);

/** Who sent a request, where that was asked. */
export const knownIdentity = (request: Request): Identity | undefined => identities.get(request);

/** Who sent a request. @throws UNAUTHENTICATED for one that nobody has asked for its token: rather closed than open by mistake */
export function identityOf(request: Request): Identity {
  const identity = knownIdentity(request);
  if (identity) return identity;
  throw unauthenticated('none');
}

export const viewerOf = (request: Request): Viewer => identityOf(request).viewer;
