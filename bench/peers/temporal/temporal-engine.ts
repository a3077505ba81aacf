import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';
import { installedTemporal } from '../../../infra/embedded/temporal-binary.ts';
import { freePort } from '../../../infra/process/free-port.ts';
import { tcpRefusal } from '../../../infra/process/tcp-refusal.ts';
import type { Engine, EngineOptions } from '../../workload-w/engine.ts';
import { checkFiles } from '../../workload-w/measure/check-files.ts';
import { Measurement, rounded } from '../../workload-w/measure/measurement.ts';
import { PinnedProcesses, type Started } from '../../workload-w/measure/pinned-processes.ts';
import { finishedHops, firstStart, readTaskLog } from '../../workload-w/measure/read-task-log.ts';
import { waitUntil } from '../../workload-w/measure/wait-until.ts';
import { peerFolder } from '../peer-folder.ts';
import { PeerMissing } from '../peer-missing.ts';

/** Bare Temporal: its development server with a file database and its default settings, one worker, an activity a task. */
export async function temporalEngine({ n, core }: EngineOptions): Promise<Engine> {
  const binary = installedTemporal();
  if (binary === undefined) throw new PeerMissing('no Temporal program is on this machine');
  const folder = await peerFolder('temporal', ['worker.ts', 'client.ts']);
  await bundleWorkflow(folder);
  const measured = new Measurement('temporal', n);
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const env = { TEMPORAL_ADDRESS: address, BENCH_N: String(n) };

  return {
    name: 'temporal',
    clean: (which) =>
      inFreshHome(async (home) => {
        const { began } = await services(home);
        const cpuBefore = home.cpu.seconds();
        const run = await client(home, 'start', 'w1').ended;
        let good = measured.cleanRun(home, run, cpuBefore, {});
        measured.print('M5.fresh_home_to_first_task', firstStart(readTaskLog(home.root))! - began, 's');
        if (which.has('m4')) {
          const again = await client(home, 'start', 'w1').ended;
          good = measured.rerun(home, 'M4a', again, 'a', 'the same workflow id') && good;
          const changed = await client(home, 'start', 'w2', 'b').ended;
          good = measured.rerun(home, 'M4b', changed, 'b', 'a new workflow') && good;
        }
        if (which.has('m5')) {
          await home.kill9();
          const { began: from, up } = await services(home);
          await client(home, 'start', 'w3').ended;
          const first = firstStart(readTaskLog(home.root), from)!;
          measured.print('M5.stopped_to_first_task', first - from, 's', { up_s: rounded(up - from) });
        }
        return good;
      }),

    killedAtHalf: () =>
      inFreshHome(async (home) => {
        await services(home);
        const run = client(home, 'start', 'w1');
        await waitUntil('half of the tasks', () => finishedHops(readTaskLog(home.root)) >= 1.5 * n);
        const processes = await home.kill9();
        await run.ended;
        await sleep(1000);
        const { began, up } = await services(home);
        const { to } = await client(home, 'await', 'w1').ended;
        const typed = 'nothing: server and worker are started again';
        return measured.afterKill(home, { began, up, ended: to, processes, typed });
      }),

    failedOnce: () =>
      inFreshHome(async (home) => {
        await services(home);
        writeFileSync(`${home.root}/fail_once`, '');
        const { code } = await client(home, 'start', 'w1', 'a', '1').ended;
        await sleep(1000);
        const missing = checkFiles(home.root, n, 'a').filesMissing;
        const reset = ['workflow', 'reset', '--workflow-id', 'w1', '--type', 'FirstWorkflowTask', '--reason', 'bench'];
        const { from } = await home.start([binary, ...reset, '--address', address], home.root).ended;
        const { to } = await client(home, 'await', 'w1').ended;
        return measured.afterRepair(home, {
          began: from,
          ended: to,
          failedWith: code,
          missing,
          typed: 'temporal workflow reset',
        });
      }),
  };

  function client(home: PinnedProcesses, ...args: string[]): Started {
    return home.start([process.execPath, 'client.mjs', ...args], folder, env);
  }

  /** The server, then the worker once the server answers. `up`: the worker polls. */
  async function services(home: PinnedProcesses): Promise<{ began: number; up: number }> {
    const options = ['--db-filename', `${home.root}/temporal.db`, '--headless', '--ip', '127.0.0.1', '--port', String(port)];
    const server = home.start(
      [binary!, 'server', 'start-dev', ...options, '--log-level', 'error', '--disable-config-file'],
      home.root,
    );
    await waitUntil('the Temporal server', async () => (await tcpRefusal('127.0.0.1', port)) === undefined, 60);
    const log = `${home.root}/cmd.log`;
    const before = existsSync(log) ? readFileSync(log, 'utf8').length : 0;
    home.start([process.execPath, 'worker.mjs'], folder, env);
    await waitUntil("Temporal's worker", () => readFileSync(log, 'utf8').slice(before).includes('RUNNING'), 60);
    return { began: server.from, up: Date.now() / 1000 };
  }

  async function inFreshHome(measure: (home: PinnedProcesses) => Promise<boolean>): Promise<boolean> {
    const home = new PinnedProcesses({ name: 'workload-w-temporal', core });
    try {
      return await measure(home);
    } finally {
      await home.close(false);
    }
  }
}

/** Bundled once, as whoever runs it in production would: webpack at every start of a worker is 2 seconds. */
async function bundleWorkflow(folder: string): Promise<void> {
  const silent = () => undefined;
  const { code } = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('./workflows.ts', import.meta.url)),
    logger: { log: silent, trace: silent, debug: silent, info: silent, warn: console.warn, error: console.error },
  });
  writeFileSync(`${folder}/workflow-bundle.js`, code);
}
