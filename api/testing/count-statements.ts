import type { Db, Tx } from '../../engine/lineage/index.ts';

/** A database that counts what it is asked. */
export interface CountedDb extends Db {
  /** Statements since the last call. */
  taken(): string[];
}

/** Wraps a database, for tests that a list costs no statement an item. */
export function countStatements(db: Db): CountedDb {
  let statements: string[] = [];
  const counting = (tx: Tx): Tx => ({
    query(sql, values, signal) {
      statements.push(sql);
      return tx.query(sql, values, signal);
    },
  });
  return {
    ...db,
    ...counting(db),
    transaction: (fn, signal) => db.transaction((tx) => fn(counting(tx)), signal),
    taken() {
      const taken = statements;
      statements = [];
      return taken;
    },
  };
}
