import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HoplineError } from '../../engine/plan/errors.ts';

/** Listens on an address. @throws PORT_IN_USE, PORT_REFUSED */
export async function listen(handler: RequestListener, host: string, port: number): Promise<{ server: Server; url: string }> {
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000 }, handler);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const hint = 'HOPLINE_API_PORT=0 takes a free one';
      if (error.code === 'EADDRINUSE')
        reject(new HoplineError('PORT_IN_USE', `api.port must be free, got ${port} on ${host}`, { hint }));
      else
        reject(
          new HoplineError(
            'PORT_REFUSED',
            `api.address must be one that this machine may listen on, got ${host}:${port} (${error.code})`,
            { hint },
          ),
        );
    });
    server.listen(port, host, resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  return { server, url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}` };
}
