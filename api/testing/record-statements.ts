import { basename } from 'node:path';
import type { Db, Tx } from '../../engine/lineage/index.ts';

/** A statement as a reader asked it. */
export interface AskedStatement {
  /** The reader's file and function: `walk-pages.furtherEdges`. */
  name: string;
  sql: string;
  values: readonly unknown[];
}

/** A database that notes what it is asked. */
export interface RecordedDb extends Db {
  /** Statements since the last call. */
  taken(): AskedStatement[];
}

/** Wraps a database, to look at the plans of what was asked. */
export function recordStatements(db: Db): RecordedDb {
  let statements: AskedStatement[] = [];
  const recording = (tx: Tx): Tx => ({
    query(sql, values = [], signal) {
      statements.push({ name: callerName(new Error().stack ?? ''), sql, values });
      return tx.query(sql, values, signal);
    },
  });
  return {
    ...db,
    ...recording(db),
    transaction: (fn, signal) => db.transaction((tx) => fn(recording(tx)), signal),
    taken() {
      const taken = statements;
      statements = [];
      return taken;
    },
  };
}

/** The innermost function of a reader among the lines of a stack. */
function callerName(stack: string): string {
  for (const line of stack.split('\n')) {
    const [, called, file] =
      /at (?:async )?(?:([\w.#]+) \()?\S*\/((?:engine|api\/read|api\/schema)\/\S+?\.ts):\d+/.exec(line) ?? [];
    if (file && !file.endsWith('abortable.ts'))
      return `${basename(file, '.ts')}${called ? `.${called.replace(/^\w+\.(?=\w)/, '')}` : ''}`;
  }
  return 'unknown';
}
