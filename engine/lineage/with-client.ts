import type pg from 'pg';

/** Ends the statement that a server process is at. Errors are the caller's to ignore: a statement time-out stands behind it. */
export type CancelStatement = (processId: number) => Promise<unknown>;

/** Lends a connection of the pool to `work`. When `signal` aborts, the statement under way is cancelled on the server, and the connection is
 *  thrown away: a cancellation that comes late must not hit what somebody else does on it. `work` says when the connection broke.
 *  @throws the signal's reason */
export async function withClient<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient, broken: (cause: Error) => void) => Promise<T>,
  cancel: CancelStatement,
  signal?: AbortSignal,
): Promise<T> {
  signal?.throwIfAborted();
  const client = await connect(pool, signal);
  let cause: Error | boolean | undefined;
  let cancelled: Promise<unknown> | undefined;
  const onError = (error: Error): void => {
    cause = error;
  };
  const onAbort = (): void => {
    cause = true;
    cancelled = cancel((client as unknown as { processID: number }).processID).catch(() => undefined);
  };
  client.on('error', onError);
  signal?.addEventListener('abort', onAbort);
  try {
    return await work(client, onError);
  } catch (error) {
    throw signal?.aborted ? signal.reason : error;
  } finally {
    signal?.removeEventListener('abort', onAbort);
    await cancelled;
    client.off('error', onError);
    client.release(cause);
  }
}

/** A wait for a free connection ends with the signal, too; the connection that comes afterwards goes back. */
async function connect(pool: pg.Pool, signal: AbortSignal | undefined): Promise<pg.PoolClient> {
  const connecting = pool.connect();
  if (!signal) return connecting;
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort);
  });
  try {
    return await Promise.race([connecting, aborted]);
  } catch (error) {
    connecting.then(
      (client) => client.release(),
      () => undefined,
    );
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort!);
  }
}
