import { type LookupAddress, type LookupOptions, lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { EndpointError } from './endpoint-error.ts';
import { isPrivateAddress } from './private-address.ts';

/** Asks for all addresses of a name. */
export type Resolve = (
  host: string,
  options: LookupOptions & { all: true },
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** A `lookup` for sockets that lets no name lead into the house. It is asked at the moment of connecting and the socket takes just the
 *  addresses that it was given, so a name that changes its answer between a look and the connection gains nothing. A name with one private
 *  address among public ones is refused whole. */
export function guardedLookup(resolve: Resolve = lookup): LookupFunction {
  return (host, options, callback) => {
    const done = callback as (error: Error | null, address: string | LookupAddress[], family?: number) => void;
    resolve(host, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error, []);
      const inside = addresses.find(({ address }) => isPrivateAddress(address));
      if (inside) return done(addressRefused(host, inside.address), []);
      const [first] = addresses;
      if (!first) return done(Object.assign(new Error(`no address for ${host}`), { code: 'ENOTFOUND' }), []);
      if ((options as LookupOptions).all) done(null, addresses);
      else done(null, first.address, first.family);
    });
  };
}

export const addressRefused = (host: string, address: string): EndpointError =>
  new EndpointError(
    'MODEL_ADDRESS_REFUSED',
    `host ${host} must be a public address, got ${host === address ? 'one of this machine or its network' : address}`,
    { hint: 'where the server is meant to be inside: "allowPrivate": true in its endpoint.json' },
  );
