import { join } from 'node:path';
import type { ProgrammeOptions } from './options.ts';
import type { ScheduleResult } from './results.ts';

/** What is printed of a schedule; of one that failed, how to see it again. */
export function resultLine(result: ScheduleResult, struckSoFar: number, options: ProgrammeOptions): string {
  const { number, struck, failures, seconds, resumes } = result;
  const how = resumes.length === 0 ? '' : `, ${resumes.length} resumes (${[...new Set(resumes)].join(', ')})`;
  const verdict = failures.length === 0 ? 'same root digest' : 'FAILED';
  const head = `schedule ${number}: ${struck.length} faults, ${seconds.toFixed(0)} s${how}, ${verdict} (${struckSoFar} faults so far)`;
  if (failures.length === 0) return head;
  const { seed, store, work, home, damage, only } = options;
  const flags = `${damage ? '' : ' --no-damage'}${only.length > 0 ? ` --only '${only.join(',')}'` : ''}`;
  return [
    head,
    ...failures.map((failure) => `  ${failure}`),
    `  seed ${seed}, schedule ${number}; its home: ${join(home, `schedule-${number}`)}`,
    `  again: npm run faults -- --seed ${seed} --store ${store} --work ${work} --schedule ${number}${flags}`,
  ].join('\n');
}
