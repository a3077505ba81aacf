import { connect } from 'node:net';

/** Why nobody can be reached there (`connect ECONNREFUSED ...`), or undefined when somebody listens. `limit` in milliseconds. */
export function tcpRefusal(host: string, port: number, limit = 2_000): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: limit });
    const finish = (refusal?: string) => {
      socket.destroy();
      resolve(refusal);
    };
    socket.once('connect', () => finish());
    socket.once('timeout', () => finish(`no answer within ${limit / 1000} s`));
    // A name with several addresses fails with one error for all of them, which has no message of its own.
    socket.once('error', (error: NodeJS.ErrnoException) => finish(error.message || error.code || 'no connection'));
  });
}
