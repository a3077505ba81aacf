import pg from 'pg';
import { HoplineError } from '../../engine/plan/errors.ts';

/** Proves that a DATABASE_URL of the user's leads to a Postgres that we can use.
 *  @throws DATABASE_UNREACHABLE, DATABASE_REFUSED, DATABASE_MISSING, DATABASE_TOO_OLD */
export async function checkDatabase(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ version: string }>("SELECT current_setting('server_version_num') AS version");
    const version = Number(rows[0]?.version);
    if (version < 150_000)
      throw new HoplineError('DATABASE_TOO_OLD', `DATABASE_URL must lead to Postgres 15 or newer, got: ${version}`, {
        hint: 'upgrade it, or unset DATABASE_URL for the embedded one',
      });
  } catch (error) {
    throw error instanceof HoplineError ? error : refused(error as Error & { code?: string }, new URL(databaseUrl));
  } finally {
    await client.end().catch(() => undefined);
  }
}

function refused(error: Error & { code?: string }, url: URL): HoplineError {
  const where = `${url.host}${url.pathname}`;
  const reason = error.message || error.code;
  if (error.code?.startsWith('28'))
    return new HoplineError(
      'DATABASE_REFUSED',
      `DATABASE_URL must hold a user and password that the server takes, got: ${reason}`,
      { hint: 'correct the user and password in DATABASE_URL', cause: error },
    );
  if (error.code === '3D000')
    return new HoplineError('DATABASE_MISSING', `DATABASE_URL must name a database that exists, got: ${where}`, {
      hint: `createdb ${url.pathname.slice(1)}`,
      cause: error,
    });
  return new HoplineError('DATABASE_UNREACHABLE', `DATABASE_URL must lead to a Postgres that answers, got: ${where}: ${reason}`, {
    hint: 'start that server or correct DATABASE_URL; unset it for the embedded one',
    permanent: false,
    cause: error,
  });
}
