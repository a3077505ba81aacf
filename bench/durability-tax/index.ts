/** What durability costs: `npm run bench -- durability-tax [ROUNDS] [PROFILE]`. The demo's work (mi2rage, one seed) through Hopline, and the
 *  same steps called in one plain process, in turns, with the same number of threads: one device host here, one process there. Each wall is a
 *  command's, from its start to its end; the services are up before. Every round has a seed of its own, so that nothing is cached, and both
 *  must give the same metrics. HOPLINE_DEVICES overrides the one host. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { MemoryWatch } from '../../cli/demo/peak-memory.ts';
import { HoplineHome } from '../workload-w/measure/hopline-home.ts';
import { modelNames, writeModelFolders } from './model-folders.ts';

interface Metric {
  node: string;
  name: string;
  slice: string;
  mode: string | null;
  value: number;
}

interface Round {
  hopline: number;
  plain: number;
  /** Seconds of the plain process inside the steps. */
  steps: number;
  plainRss: number;
  same: boolean;
}

const here = dirname(fileURLToPath(import.meta.url));
const rounds = Number(process.argv[2] ?? 3);
const profile = process.argv[3] ?? 'demo';
if (!(Number.isInteger(rounds) && rounds >= 1)) throw new Error(`ROUNDS must be a whole number >= 1, got ${process.argv[2]}`);
const threads = availableParallelism();
const devices = process.env.HOPLINE_DEVICES ?? 'cpu:0';

const home = new HoplineHome({
  name: 'durability-tax',
  project: join(here, '../..'),
  core: null,
  env: { HOPLINE_DEVICES: devices },
});
const models = join(home.root, 'models');
mkdirSync(models);
let good = false;
try {
  const weights = await writeModelFolders(models);
  await home.must('up', '--detach');
  await home.must('data', 'add', 'scenes', '--reader', 'scenes', '--seed', '0');
  for (const name of modelNames(models)) await home.must('models', 'add', name, '--adapter', name, '--from', join(models, name));
  const memory = new MemoryWatch(await workerPid());
  const watch = setInterval(() => memory.look(), 200);
  const all: Round[] = [];
  for (let seed = 1; seed <= rounds; seed++) {
    all.push(await round(seed));
    const { hopline, plain, steps, same } = all.at(-1)!;
    print('round', hopline / plain, 'x', {
      seed,
      hopline_s: round3(hopline),
      plain_s: round3(plain),
      plain_steps_s: round3(steps),
      same_metrics: same,
    });
  }
  clearInterval(watch);
  memory.look();
  const wall = (pick: (round: Round) => number): number => median(all.map(pick));
  print(
    'hopline',
    wall((of) => of.hopline),
    's',
    { devices, weights },
  );
  print(
    'plain',
    wall((of) => of.plain),
    's',
    { threads },
  );
  print('ratio', median(all.map(({ hopline, plain }) => hopline / plain)), 'x', {
    rounds,
    aim: 1.1,
    note: 'median of the rounds',
  });
  const { worker, deviceHost } = memory.peak();
  print('worker_peak_rss', (worker ?? 0) / 1e6, 'MB', { aim: 400 });
  print('device_host_peak_rss', (deviceHost ?? 0) / 1e6, 'MB', { aim: 1500 });
  print('plain_peak_rss', Math.max(...all.map(({ plainRss }) => plainRss)) / 1e6, 'MB');
  good = all.every(({ same }) => same);
} finally {
  await home.close(!good);
  if (!good) process.stderr.write(`logs: ${home.root}\n`);
}
process.exitCode = good ? 0 : 1;

async function round(seed: number): Promise<Round> {
  const first = seed % 2 === 1;
  const before = first ? await plainRun(seed) : null;
  const run = await home.must('run', 'mi2rage', '--set', `profile=${profile}`, '--seed', String(seed), '--json');
  const plain = before ?? (await plainRun(seed));
  const { metrics } = JSON.parse(run.stdout.trim().split('\n').at(-1)!) as { metrics: Metric[] };
  return {
    hopline: run.to - run.from,
    plain: plain.wall,
    steps: plain.stepSeconds,
    plainRss: plain.peakRss,
    same: digest(metrics) === digest(plain.metrics),
  };
}

async function plainRun(seed: number): Promise<{ wall: number; stepSeconds: number; peakRss: number; metrics: Metric[] }> {
  const began = performance.now();
  const args = ['--import', 'tsx', join(here, 'plain-process.ts'), profile, String(seed), String(threads), models];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  if (code !== 0) throw new Error(`the plain process ended with ${code}`);
  return {
    wall: (performance.now() - began) / 1000,
    ...(JSON.parse(said) as { stepSeconds: number; peakRss: number; metrics: Metric[] }),
  };
}

async function workerPid(): Promise<() => number | undefined> {
  const { processes } = JSON.parse((await home.must('status', '--json')).stdout) as {
    processes: { name: string; pid?: number }[];
  };
  const pid = processes.find(({ name }) => name === 'worker')?.pid;
  return () => pid;
}

/** The same numbers in any order. */
function digest(metrics: readonly Metric[]): string {
  return metrics
    .map(({ node, name, slice, mode, value }) => `${node} ${name} ${slice} ${mode} ${value}`)
    .sort()
    .join('\n');
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function print(name: string, value: number, unit: string, more: object = {}): void {
  console.log(JSON.stringify({ name: `durability-tax.${name}`, value: round3(value), unit, profile, ...more }));
}

function round3(value: number): number {
  return Math.round(value * 1000) / 1000;
}
