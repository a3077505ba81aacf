import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type PostgresServer, startPostgres } from '../../../infra/embedded/postgres-server.ts';
import type { Engine, EngineOptions } from '../../workload-w/engine.ts';
import { checkFiles } from '../../workload-w/measure/check-files.ts';
import { Measurement, rounded } from '../../workload-w/measure/measurement.ts';
import { PinnedProcesses, type Started } from '../../workload-w/measure/pinned-processes.ts';
import { finishedHops, firstStart, readTaskLog } from '../../workload-w/measure/read-task-log.ts';
import { waitUntil } from '../../workload-w/measure/wait-until.ts';
import { peerFolder } from '../peer-folder.ts';
import { PeerMissing } from '../peer-missing.ts';

/** DBOS with a Postgres like ours, binaries and settings: durable, loopback. */
export async function dbosEngine({ n, core }: EngineOptions): Promise<Engine> {
  const folder = await peerFolder('dbos', ['app.ts']);
  const measured = new Measurement('dbos', n);

  return {
    name: 'dbos',
    clean: (which) =>
      inFreshHome(async (home) => {
        const coldFrom = Date.now() / 1000;
        const { databaseUrl } = await postgres(home);
        const cpuBefore = home.cpu.seconds();
        const run = await app(home, databaseUrl, 'run', 'w1').ended;
        let good = measured.cleanRun(home, run, cpuBefore, {});
        measured.print('M5.fresh_home_to_first_task', firstStart(readTaskLog(home.root))! - coldFrom, 's');
        if (which.has('m4')) {
          const again = await app(home, databaseUrl, 'run', 'w1').ended;
          good = measured.rerun(home, 'M4a', again, 'a', 'the same workflow id') && good;
          const changed = await app(home, databaseUrl, 'run', 'w2', 'b').ended;
          good = measured.rerun(home, 'M4b', changed, 'b', 'a new workflow') && good;
        }
        if (which.has('m5')) await m5(home);
        return good;
      }),

    killedAtHalf: () =>
      inFreshHome(async (home) => {
        const run = app(home, (await postgres(home)).databaseUrl, 'run', 'w1');
        await waitUntil('half of the tasks', () => finishedHops(readTaskLog(home.root)) >= 1.5 * n);
        const processes = await home.kill9();
        await run.ended;
        await sleep(1000);
        const began = Date.now() / 1000;
        const { databaseUrl } = await postgres(home);
        const again = app(home, databaseUrl, 'recover', 'w1');
        const { to } = await again.ended;
        return measured.afterKill(home, {
          began,
          up: again.from,
          ended: to,
          processes,
          typed: 'nothing: Postgres and the app are started again',
        });
      }),

    failedOnce: () =>
      inFreshHome(async (home) => {
        const { databaseUrl } = await postgres(home);
        writeFileSync(`${home.root}/fail_once`, '');
        const { code } = await app(home, databaseUrl, 'run', 'w1').ended;
        const missing = checkFiles(home.root, n, 'a').filesMissing;
        const { from, to } = await app(home, databaseUrl, 'repair', 'w1').ended;
        return measured.afterRepair(home, {
          began: from,
          ended: to,
          failedWith: code,
          missing,
          typed: 'code: fork child and parent',
        });
      }),
  };

  function app(home: PinnedProcesses, databaseUrl: string, ...args: string[]): Started {
    const url = new URL(databaseUrl);
    url.pathname = '/dbos';
    return home.start([process.execPath, 'app.mjs', ...args], folder, {
      PGURL: url.href,
      BENCH_N: String(n),
      DBOS__VMID: 'local',
    });
  }

  async function postgres(home: PinnedProcesses): Promise<PostgresServer> {
    const server = await startPostgres({ home: `${home.root}/home` });
    home.adopt(server.child.identity.pid);
    return server;
  }

  async function m5(home: PinnedProcesses): Promise<void> {
    await home.kill9();
    const before = Date.now() / 1000;
    const server = await postgres(home);
    const run = app(home, server.databaseUrl, 'run', 'w3');
    await run.ended;
    const first = firstStart(readTaskLog(home.root), run.from)!;
    measured.print('M5.stopped_to_first_task', first - before, 's', { postgres_s: rounded(run.from - before) });
  }

  async function inFreshHome(measure: (home: PinnedProcesses) => Promise<boolean>): Promise<boolean> {
    const home = new PinnedProcesses({ name: 'workload-w-dbos', core });
    try {
      if (!home.cpu.procs) throw new PeerMissing('its Postgres must be counted and killed by a control group, which needs root');
      return await measure(home);
    } finally {
      await home.close(false);
    }
  }
}
