import { HoplineError } from '../plan/errors.ts';

/** Codes of the socket layer and SQLSTATEs that say: no connection now, maybe later. */
const UNREACHABLE = /^(ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EPIPE|EHOSTUNREACH|ENETUNREACH|08|57P0[1-4]|53300|25P03)/;
const LOST =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|not queryable/;
const CONFLICT = new Set(['40P01', '40001']);

export const isConflict = (error: unknown): boolean => CONFLICT.has(codeOf(error));

/** Turns what pg throws into an error that a user can act on. Our own errors and faults in SQL pass through. */
export function databaseError(error: unknown, databaseUrl: string): unknown {
  if (error instanceof HoplineError || !(error instanceof Error)) return error;
  const code = codeOf(error);
  const reason = error.message || code;
  const where = withoutPassword(databaseUrl);
  if (UNREACHABLE.test(code) || LOST.test(reason)) {
    return new HoplineError('DATABASE_UNREACHABLE', `DATABASE_URL must lead to a running Postgres, got ${reason} at ${where}`, {
      hint: 'hopline status (embedded), or check DATABASE_URL',
      permanent: false,
      cause: error,
    });
  }
  if (/^(28|3D000)/.test(code)) {
    return new HoplineError(
      'DATABASE_REFUSED',
      `DATABASE_URL must name a database and a user that may use it, got ${reason} at ${where}`,
      {
        hint: 'check the user, password and database in DATABASE_URL',
        cause: error,
      },
    );
  }
  if (code === '42501') {
    return new HoplineError(
      'DATABASE_FORBIDDEN',
      `DATABASE_URL must name a user that owns the database's tables, got ${reason} at ${where}`,
      {
        hint: 'name their owner in DATABASE_URL, or GRANT the user what it lacks',
        cause: error,
      },
    );
  }
  if (code === '53100') {
    return new HoplineError('DISK_FULL', `Postgres must have room on its disk, got ${reason}`, {
      hint: 'free some space there; runs then go on by themselves',
      permanent: false,
      cause: error,
    });
  }
  if (code === '57014') {
    return new HoplineError(
      'STATEMENT_CANCELLED',
      `a statement must end within the time that its caller has for it, got ${reason}`,
      {
        hint: 'ask for less at once, or give the API more time: HOPLINE_API_TIMEOUT_SECONDS',
        permanent: false,
        cause: error,
      },
    );
  }
  if (code === '42P01' || code === '42703') {
    return new HoplineError('DATABASE_OUTDATED', `the database at ${where} must have all migrations, got ${reason}`, {
      hint: 'hopline migrate (connected), hopline down and up (embedded)',
      cause: error,
    });
  }
  return error;
}

function codeOf(error: unknown): string {
  const { code, errors } = (error ?? {}) as { code?: unknown; errors?: unknown[] };
  // Node tries every address of a host and throws them together.
  return typeof code === 'string' ? code : errors?.length ? codeOf(errors[0]) : '';
}

function withoutPassword(databaseUrl: string): string {
  try {
    const { protocol, host, pathname } = new URL(databaseUrl);
    return `${protocol}//${host}${pathname}`;
  } catch {
    return 'an invalid URL';
  }
}
