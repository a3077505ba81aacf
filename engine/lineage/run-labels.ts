import { HoplineError } from '../plan/errors.ts';
import { paramsInvalid, type Violation } from '../plan/params-invalid.ts';
import { isStorable, UNSTORABLE } from '../plan/unstorable-text.ts';
import { jsonb } from './column-values.ts';
import type { Db } from './db.ts';
import { getRun } from './get-run.ts';
import type { RunRow } from './run-row.ts';
import { writeEvents } from './write-events.ts';

/** Labels of a run, and characters of a name and a value, at most. */
export const MOST_LABELS = 64;
const LONGEST_NAME = 100;
const LONGEST_VALUE = 1_000;

/** What is wrong with labels. An empty value is right where a label may be removed. */
export function labelViolations(labels: Readonly<Record<string, string>>, path = 'labels'): Violation[] {
  return Object.entries(labels).flatMap(([name, value]) => {
    const wrong = (message: string): Violation => ({ path: `${path}.${JSON.stringify(name.slice(0, LONGEST_NAME))}`, message });
    return [
      ...(name.length >= 1 && name.length <= LONGEST_NAME ? [] : [wrong(`must have a name of 1 to ${LONGEST_NAME} characters`)]),
      ...(value.length <= LONGEST_VALUE
        ? []
        : [wrong(`must have a value of ${LONGEST_VALUE} characters at most, got ${value.length}`)]),
      ...(isStorable(name) && isStorable(value) ? [] : [wrong(UNSTORABLE)]),
    ];
  });
}

/** Merges labels into those of a run; an empty value removes its label. Tells it in the outbox when something changed.
 *  @throws LABELS_INVALID, RUN_NOT_FOUND; nothing is changed then */
export async function labelRun(db: Db, runId: string, labels: Readonly<Record<string, string>>): Promise<RunRow> {
  const violations = labelViolations(labels);
  if (violations.length > 0) throw labelsInvalid(runId, violations);
  return db.transaction(async (tx) => {
    await tx.query('SELECT 1 FROM run WHERE id = $1 FOR NO KEY UPDATE', [runId]);
    const run = await getRun(tx, runId);
    const merged = Object.fromEntries(Object.entries({ ...run.labels, ...labels }).filter(([, value]) => value !== ''));
    const total = Object.keys(merged).length;
    if (total > MOST_LABELS)
      throw labelsInvalid(runId, [{ path: 'labels', message: `must be ${MOST_LABELS} at most, got ${total}` }]);
    const changed = Object.fromEntries(Object.entries(labels).filter(([name, value]) => (run.labels[name] ?? '') !== value));
    if (Object.keys(changed).length === 0) return run;
    await tx.query('UPDATE run SET labels = $2 WHERE id = $1', [runId, jsonb(merged)]);
    await writeEvents(tx, [{ runId, type: 'run.labelled', payload: { labels: merged, changed } }]);
    return { ...run, labels: merged };
  });
}

function labelsInvalid(runId: string, violations: readonly Violation[]): HoplineError {
  const { message, details } = paramsInvalid(`run ${runId}`, violations);
  return new HoplineError('LABELS_INVALID', message, { details, hint: 'hopline show RUN prints its labels' });
}
