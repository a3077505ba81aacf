import pg from 'pg';

/** Whether a query goes through. The database itself is made when the server is there and it isn't.
 *  Every other failure but "not yet" is thrown: a wrong password doesn't become right by waiting. */
export async function acceptsQueries(databaseUrl: string): Promise<boolean> {
  try {
    await query(databaseUrl, 'SELECT 1');
    return true;
  } catch (error) {
    const code = (error as { code?: string }).code ?? '';
    if (code === '3D000') return createDatabase(databaseUrl);
    if (NOT_YET.has(code) || /terminated unexpectedly|timeout expired/i.test(String(error))) return false;
    throw error;
  }
}

/** Nobody listens, starting up, recovering, shutting down. */
const NOT_YET = new Set(['ECONNREFUSED', 'ECONNRESET', '57P01', '57P02', '57P03']);

async function createDatabase(databaseUrl: string): Promise<boolean> {
  const url = new URL(databaseUrl);
  const name = decodeURIComponent(url.pathname.slice(1));
  url.pathname = '/postgres';
  await query(url.href, `CREATE DATABASE ${pg.escapeIdentifier(name)}`);
  return true;
}

async function query(databaseUrl: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(sql);
  } finally {
    await client.end().catch(() => undefined);
  }
}
