import { hostAddress, isPrivateAddress } from './private-address.ts';

/** What is wrong with an address to call; null where nothing is. Never repeats it: it may hold a password.
 *  @param allowed with it, also whether it is in the house and in clear text */
export function urlFault(text: string, allowed?: { allowPrivate: boolean }): string | null {
  const url = parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) return 'must be an http or https address';
  if (url.username || url.password) return 'must hold no user and no password';
  if (url.hash) return 'must have no fragment';
  const secret = [...url.searchParams.keys()].find((name) => SECRET_NAME.test(name));
  if (secret !== undefined) return `must hold no key, got a parameter "${secret.slice(0, 40)}"; the key goes into keyVariable`;
  if (!allowed || allowed.allowPrivate) return null;
  if (url.protocol === 'http:') return 'must be https, unless allowPrivate is true';
  const address = hostAddress(url);
  return address && isPrivateAddress(address) ? `must be a public address, unless allowPrivate is true, got ${address}` : null;
}

const SECRET_NAME = /key|token|secret|passw|signature|^sig$|auth|credential/i;

function parse(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
