import { createServer } from 'node:net';

/** Below the range that Linux takes outgoing connections' ports from (32768 up), so that a restart finds its port still free. */
const LOWEST = 20_000;
const HIGHEST = 32_000;

/** A free loopback port: `preferred` when nobody has it (an address that lives through restarts is kinder), else a random one that no other
 *  process of ours on the machine is handed as long as we live: whoever is to listen there does so only a moment later. */
export async function freePort(preferred?: number): Promise<number> {
  if (preferred !== undefined && (await isPortFree(preferred))) return preferred;
  for (let attempt = 0; attempt < 50; attempt++) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if ((await isPortFree(port)) && (await claim(port))) return port;
  }
  return listen(0);
}

export async function isPortFree(port: number): Promise<boolean> {
  return listen(port).then(
    () => true,
    () => false,
  );
}

/** False when somebody has it already. A socket with an abstract name: nothing of it is on the disk, and the kernel lets it go when we end.
 *  Only Linux has these; elsewhere nothing is claimed, and whoever comes second must choose again. */
function claim(port: number): Promise<boolean> {
  if (process.platform !== 'linux') return Promise.resolve(true);
  return new Promise((resolve) => {
    const holder = createServer((socket) => socket.destroy()).unref();
    holder.once('error', (error: NodeJS.ErrnoException) => resolve(error.code !== 'EADDRINUSE'));
    holder.listen({ path: `\0hopline-port-${port}` }, () => resolve(true));
  });
}

function listen(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      server.close(() =>
        address !== null && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
