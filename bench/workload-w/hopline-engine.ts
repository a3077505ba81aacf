import { writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Engine, EngineOptions } from './engine.ts';
import { checkFiles } from './measure/check-files.ts';
import { cpuByProcess, spentBetween } from './measure/cpu-by-process.ts';
import { HoplineHome } from './measure/hopline-home.ts';
import { Measurement, rounded } from './measure/measurement.ts';
import { finishedHops, firstStart, hasReduced, readTaskLog } from './measure/read-task-log.ts';
import { waitUntil } from './measure/wait-until.ts';

/** Hopline, used by its command only. */
export function hoplineEngine({ n, core }: EngineOptions): Engine {
  const measured = new Measurement('hopline', n);

  return {
    name: 'hopline',
    clean: (which) =>
      inFreshHome(async (home) => {
        const coldFrom = Date.now() / 1000;
        await prepare(home);
        let good = await m1(home, coldFrom);
        if (which.has('m4')) good = (await m4(home)) && good;
        if (which.has('m5')) await m5(home);
        return good;
      }),

    killedAtHalf: () =>
      inFreshHome(async (home) => {
        await prepare(home);
        const run = home.begin('run', 'workload-w', '--json');
        await waitUntil('half of the tasks', () => finishedHops(readTaskLog(home.root)) >= 1.5 * n);
        const processes = await home.kill9();
        await run.ended;
        await sleep(1000);
        const up = await home.must('up', '--detach');
        await waitUntil('the reduce', () => hasReduced(readTaskLog(home.root), up.from), 120);
        await waitUntil('the run', async () => (await onlyRun(home)).state === 'SUCCEEDED', 20);
        const ended = readTaskLog(home.root).at(-1)!.at;
        return measured.afterKill(home, { began: up.from, up: up.to, ended, processes, typed: 'hopline up' });
      }),

    failedOnce: () =>
      inFreshHome(async (home) => {
        await prepare(home);
        writeFileSync(`${home.root}/fail_once`, '');
        const run = await home.hopline('run', 'workload-w', '--json');
        const { runId } = await onlyRun(home);
        const missing = checkFiles(home.root, n, 'a').filesMissing;
        const resume = await home.must('resume', runId);
        const watch = await home.must('watch', runId);
        return measured.afterRepair(home, {
          began: resume.from,
          ended: watch.to,
          failedWith: run.code,
          missing,
          typed: 'hopline resume RUN',
        });
      }),
  };

  async function inFreshHome(measure: (home: HoplineHome) => Promise<boolean>): Promise<boolean> {
    const home = new HoplineHome({
      name: 'workload-w',
      project: dirname(fileURLToPath(import.meta.url)),
      core,
      env: { HOPLINE_DEVICES: 'cpu:0', HOPLINE_SLOTS: '4' },
    });
    let good = false;
    try {
      good = await measure(home);
    } finally {
      await home.close(!good);
      if (!good) process.stderr.write(`logs: ${home.root}\n`);
    }
    return good;
  }

  async function prepare(home: HoplineHome): Promise<void> {
    const up = await home.must('up', '--detach');
    const added = await home.must('data', 'add', 'batches', '--reader', 'batch-ids', '--set', `n=${n}`);
    measured.print('up_fresh_home', up.to - up.from, 's', { note: 'initdb, migrations, Temporal, worker, API' });
    measured.print('register', added.to - added.from, 's', { rows: n });
  }

  async function m1(home: HoplineHome, coldFrom: number): Promise<boolean> {
    const cpuBefore = home.cpu.seconds();
    const before = cpuByProcess(home.cpu.members());
    const run = await home.must('run', 'workload-w', '--json');
    const spent = spentBetween(before, cpuByProcess(home.cpu.members()));
    const right = measured.cleanRun(home, run, cpuBefore, { by_process: spent });
    measured.print('M5.fresh_home_to_first_task', firstStart(readTaskLog(home.root))! - coldFrom, 's', {
      note: 'up in an empty home, data add, run',
    });
    return right;
  }

  async function m4(home: HoplineHome): Promise<boolean> {
    const unchanged = await home.must('run', 'workload-w', '--json');
    const again = measured.rerun(home, 'M4a', unchanged, 'a', 'the same command');
    const changed = await home.must('run', 'workload-w', '--set', 'param=b', '--json');
    return measured.rerun(home, 'M4b', changed, 'b', 'with --set param=b') && again;
  }

  /** From `hopline up` in a stopped home to the first task of a run. */
  async function m5(home: HoplineHome): Promise<void> {
    await home.must('down');
    const cpuBefore = home.cpu.seconds();
    const up = await home.must('up', '--detach');
    const cpuUp = home.cpu.seconds() - cpuBefore;
    const run = await home.must('run', 'workload-w', '--set', 'param=c', '--json');
    const first = firstStart(readTaskLog(home.root), up.from)!;
    measured.print('M5.stopped_to_first_task', first - up.from, 's', {
      up_s: rounded(up.to - up.from),
      up_cpu_s: rounded(cpuUp),
      run_to_first_task_s: rounded(first - run.from),
    });
  }

  async function onlyRun(home: HoplineHome): Promise<{ runId: string; state: string }> {
    const { stdout } = await home.must('runs', '--json');
    return (JSON.parse(stdout.trim().split('\n').at(-1)!) as { runId: string; state: string }[])[0]!;
  }
}
