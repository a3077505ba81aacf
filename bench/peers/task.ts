import { appendFileSync, existsSync, readdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { outputContent, outputPath } from '../workload-w/output-file.ts';
import { benchRoot, logTask } from '../workload-w/task-log.ts';

/** The workload's source: BENCH_N batch ids. */
export async function source(): Promise<number[]> {
  logTask('S', 'source', 0);
  const ids = Array.from({ length: Number(process.env.BENCH_N ?? 100) }, (_, id) => id);
  logTask('F', 'source', 0);
  return ids;
}

/** A hop as Hopline's own (`workload-w/hop.ts`): the same nap, file and log, for engines that take plain functions. */
export async function task(batch: number, hop: number, param = 'a'): Promise<number> {
  logTask('S', batch, hop);
  const flag = `${benchRoot()}/fail_once`;
  if (batch === 37 && hop === 2 && existsSync(flag)) {
    unlinkSync(flag);
    logTask('X', batch, hop);
    throw new Error('injected failure: batch 37 hop 2');
  }
  await sleep(20);
  writeFileSync(`${benchRoot()}/${outputPath(batch, hop)}`, outputContent(batch, hop, param));
  logTask('F', batch, hop);
  return batch;
}

/** The workload's reduce: how many files there are. */
export async function reduce(): Promise<number> {
  logTask('S', 'reduce', 0);
  const count = readdirSync(`${benchRoot()}/out`).length;
  appendFileSync(`${benchRoot()}/summary`, `${count}\n`);
  logTask('F', 'reduce', 0);
  return count;
}
