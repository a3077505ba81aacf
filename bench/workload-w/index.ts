/** Workload W on Hopline: `npm run bench -- workload-w [N] [m1,m4,m5]`. The same workload, measures and pinning as the comparison of other
 *  engines that it stands beside: source() of N ids -> hop1 -> hop2 -> hop3 (20 ms and a 4 KB file each) -> reduce, four at once, one core
 *  (BENCH_CORE, default 0). Each line is one figure. M2 (kill -9 at half) and M3 (a task that raises once) belong beside m4 and m5. */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkFiles } from './measure/check-files.ts';
import { cpuByProcess, spentBetween } from './measure/cpu-by-process.ts';
import { HoplineHome } from './measure/hopline-home.ts';
import { firstStart, readTaskLog, span, startedSince } from './measure/read-task-log.ts';

const n = Number(process.argv[2] ?? 100);
const which = new Set((process.argv[3] ?? 'm1,m4,m5').split(','));
if (!(Number.isInteger(n) && n >= 1)) throw new Error(`N must be a whole number >= 1, got ${process.argv[2]}`);
const CONCURRENCY = 4;
const hops = 3 * n;
const idealSeconds = (hops * 0.02) / CONCURRENCY;

const home = new HoplineHome({
  name: 'workload-w',
  project: dirname(fileURLToPath(import.meta.url)),
  core: Number(process.env.BENCH_CORE ?? 0),
  env: { HOPLINE_DEVICES: 'cpu:0', HOPLINE_SLOTS: '4' },
});
let good = false;
try {
  const coldFrom = Date.now() / 1000;
  const up = await home.must('up', '--detach');
  const added = await home.must('data', 'add', 'batches', '--reader', 'batch-ids', '--set', `n=${n}`);
  print('up_fresh_home', up.to - up.from, 's', { note: 'initdb, migrations, Temporal, worker, API' });
  print('register', added.to - added.from, 's', { rows: n });
  good = await m1(coldFrom);
  if (which.has('m4')) good = (await m4()) && good;
  if (which.has('m5')) await m5();
} finally {
  await home.close(!good);
  if (!good) process.stderr.write(`logs: ${home.root}\n`);
}
process.exitCode = good ? 0 : 1;

/** A clean run, from the command's start to its end. */
async function m1(coldFrom: number): Promise<boolean> {
  const cpuBefore = home.cpu.seconds();
  const processesBefore = cpuByProcess(home.cpu.members());
  const run = await home.must('run', 'workload-w', '--json');
  const cpu = home.cpu.seconds();
  const byProcess = spentBetween(processesBefore, cpuByProcess(home.cpu.members()));
  const lines = readTaskLog(home.root);
  const wall = run.to - run.from;
  const { seconds, mostAtOnce } = span(lines);
  const checked = checkFiles(home.root, n, 'a');
  const first = firstStart(lines)!;
  print('M1.wall', wall, 's', {
    ideal_s: idealSeconds,
    starts: startedSince(lines, 0).hops,
    most_at_once: mostAtOnce,
    ...checked,
  });
  print('M1.ovh_ms_per_task', perTask(wall - idealSeconds), 'ms');
  print('M1.ovh_span_ms', perTask(seconds - idealSeconds), 'ms', {
    span_s: round(seconds),
    note: 'first start to last finish of the hops only',
  });
  print('M1.cpu_ms_per_task', perTask(cpu), 'ms', {
    cpu_s: round(cpu),
    method: home.cpu.method,
    foreign_cpu_s: rounded(home.foreignSeconds()),
    note: 'everything since the fresh home, services included',
  });
  print('M1.cpu_run_ms_per_task', perTask(cpu - cpuBefore), 'ms', {
    cpu_s: round(cpu - cpuBefore),
    by_process: byProcess,
    note: 'from the run command to its end, services included; what by_process lacks is the command itself',
  });
  print('M1.submit_to_first_task', first - run.from, 's');
  print('M5.fresh_home_to_first_task', first - coldFrom, 's', { note: 'up in an empty home, data add, run' });
  return checked.right;
}

/** The same again, then with hop 3's parameter changed. */
async function m4(): Promise<boolean> {
  const unchanged = await home.must('run', 'workload-w', '--json');
  const again = startedSince(readTaskLog(home.root), unchanged.from);
  print('M4a.reexecuted', again.hops + again.reduces, 'tasks', { ideal: 0 });
  print('M4a.wall', unchanged.to - unchanged.from, 's');
  const changed = await home.must('run', 'workload-w', '--set', 'param=b', '--json');
  const { hops: made, reduces } = startedSince(readTaskLog(home.root), changed.from);
  const checked = checkFiles(home.root, n, 'b');
  print('M4b.reexecuted', made, 'tasks', { ideal: n, reduces, ...checked });
  print('M4b.wall', changed.to - changed.from, 's');
  return checked.right && again.hops === 0 && made === n && reduces === 1;
}

/** From `hopline up` in a stopped home to the first task of a run. */
async function m5(): Promise<void> {
  await home.must('down');
  const up = await home.must('up', '--detach');
  const run = await home.must('run', 'workload-w', '--set', 'param=c', '--json');
  const first = firstStart(readTaskLog(home.root), up.from)!;
  print('M5.stopped_to_first_task', first - up.from, 's', {
    up_s: round(up.to - up.from),
    run_to_first_task_s: round(first - run.from),
  });
}

function print(name: string, value: number, unit: string, more: object = {}): void {
  console.log(JSON.stringify({ name: `workload-w.${name}`, value: round(value), unit, n, ...more }));
}

function perTask(seconds: number): number {
  return (seconds * 1000) / hops;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function rounded(value: number | null): number | null {
  return value === null ? null : round(value);
}
