/** Pictures and captions a second beside Python on the same ONNX files: `npm run bench -- generate [ROUNDS]` (default 5).
 *
 *  Four loads: the tiny pipeline and captioner of the fixtures, and with random weights a pipeline with a U-Net of about 50 million parameters
 *  and a captioner of about 25 million, which build_*.py make once (in HOPLINE_BENCH_CACHE, default the folder for temporary files). Before, a sweep over
 *  threads and batches of ours: pictures are then compared at the best of both, captions at the best number of threads and the batch that
 *  captioners have by themselves. Each comparison is calls of both sides in turns, Python being onnxruntime with diffusers' scheduler and transformers' tokenizer and
 *  processor, with one thread or all, whichever serves it better. Then a device host with a queue of orders: how long its device waits
 *  between two. PYTHON names the interpreter; without one only our side is measured. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measureDeviceIdle } from './device-idle.ts';
import { openOurSide } from './our-side.ts';
import { openPythonSide, python, pythonMissing } from './python-side.ts';
import type { Order, Side } from './side.ts';

const rounds = Number(process.argv[2] ?? 5);
const shared = resolve(process.env.HOPLINE_SHARED ?? '../shared');
const fixture = (name: string): string => join(shared, 'fixtures', name);
const cores = availableParallelism();

const print = (name: string, value: number, unit: string, more: Record<string, unknown> = {}): void =>
  console.log(JSON.stringify({ name, value: Number(value.toPrecision(4)), unit, ...more }));
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
const countOf = (order: Order): number => (order.what === 'pictures' ? order.batch : order.images.length);

async function main(): Promise<void> {
  if (!existsSync(fixture('sd-tiny-v'))) {
    console.log(`generate: skipped, there are no fixtures in ${shared} (HOPLINE_SHARED)`);
    return;
  }
  const missing = pythonMissing();
  if (missing) console.error(`Python is left out: ${missing}`);
  const images = (count: number): string[] => {
    const folder = join(fixture('vit-gpt2-tiny'), 'refs/images');
    const files = readdirSync(folder).filter((name) => name.endsWith('.png'));
    return Array.from({ length: count }, (_, n) => join(folder, files[n % files.length]!));
  };
  const loads: Record<string, Order> = {
    'pictures-tiny': { what: 'pictures', folder: fixture('sd-tiny-v'), batch: 8, steps: 20 },
    'captions-tiny': { what: 'captions', folder: fixture('vit-gpt2-tiny'), batch: 32, images: images(128), maxLength: 24 },
  };
  const middle = (name: string, script: string, from: string) => (missing ? null : build(name, script, fixture(from)));
  const pipeline = middle('unet-50m', 'build_pipeline.py', 'sd-tiny-eps');
  if (pipeline) loads['pictures-50m'] = { what: 'pictures', folder: pipeline, batch: 1, steps: 4 };
  const captioner = middle('captioner-25m', 'build_captioner.py', 'vit-gpt2-tiny');
  if (captioner) loads['captions-25m'] = { what: 'captions', folder: captioner, batch: 32, images: images(32), maxLength: 24 };
  const chosen = await sweep(loads);
  const peers: Side[] = [];
  try {
    if (!missing) for (const threads of new Set([1, cores])) peers.push(await openPythonSide(threads));
    if (peers[0])
      console.log(JSON.stringify({ name: 'generate.python', value: peers.length, unit: 'processes', ...peers[0].versions }));
    for (const [name, order] of Object.entries(loads)) await compare(name, order, chosen[name]!, peers);
  } finally {
    for (const peer of peers) await peer.close();
  }
  await compareIdle();
}

async function compareIdle(): Promise<void> {
  const { pool, alone } = await measureDeviceIdle(fixture('sd-tiny-v'), cores, rounds);
  for (const [mode, calls] of Object.entries({ pool, alone })) {
    print('generate.device.idle', median(calls.map(({ idle }) => idle)), 'share of wall time', { mode, rounds });
    print('generate.device.rate', median(calls.map(({ rate }) => rate)), 'pictures/s', { mode, rounds });
  }
  print('generate.device.ratio', median(pool.map(({ rate }, round) => rate / alone[round]!.rate)), 'x', {
    note: 'pool to alone, median of pairs',
  });
}

const batches: Record<string, readonly number[]> = {
  'pictures-tiny': [1, 4, 8, 16],
  'captions-tiny': [8, 16, 32, 64],
  'pictures-50m': [1, 2],
  'captions-25m': [32],
};

/** What is compared of a load. */
interface Choice {
  batch: number;
  threads: number;
}

/** What more threads must bring to be taken: a tie within the noise goes to fewer. */
const MORE_THREADS_PAY = 1.05;

/** Threads times batch of ours: the best is what is compared. Captions keep their batch, which both sides have. */
async function sweep(loads: Record<string, Order>): Promise<Record<string, Choice>> {
  const chosen: Record<string, Choice> = {};
  for (const [name, order] of Object.entries(loads)) {
    let best = { rate: 0, batch: order.batch, threads: 1 };
    for (const threads of new Set([1, cores])) {
      const side = await openOurSide(threads);
      for (const batch of batches[name]!) {
        const asked = order.what === 'pictures' ? { ...order, batch, steps: Math.min(order.steps, 4) } : { ...order, batch };
        await side.measure(asked);
        const rate = countOf(asked) / (await medianSeconds(async () => (await side.measure(asked)).seconds));
        print('generate.sweep', rate, `${order.what}/s`, { load: name, threads, batch });
        const needed = best.rate * (threads > best.threads ? MORE_THREADS_PAY : 1);
        if (rate > needed && (order.what === 'pictures' || batch === order.batch)) best = { rate, batch, threads };
      }
      await side.close();
    }
    chosen[name] = best;
  }
  return chosen;
}

/** Python with as many threads as serve it best. */
async function fastest(peers: readonly Side[], order: Order): Promise<Side | null> {
  let best: { peer: Side; seconds: number } | null = null;
  for (const peer of peers) {
    await peer.measure(order);
    const seconds = await medianSeconds(async () => (await peer.measure(order)).seconds);
    if (!best || seconds < best.seconds) best = { peer, seconds };
  }
  return best?.peer ?? null;
}

async function medianSeconds(call: () => Promise<number>): Promise<number> {
  return median([await call(), await call(), await call()]);
}

async function compare(name: string, load: Order, { batch, threads }: Choice, peers: readonly Side[]): Promise<void> {
  const order = { ...load, batch };
  const peer = await fastest(peers, order);
  const side = await openOurSide(threads);
  const ours: number[] = [];
  const theirs: number[] = [];
  const outside: number[] = [];
  await side.measure(order);
  for (let round = 0; round < rounds; round++) {
    const call = await side.measure(order);
    ours.push(countOf(order) / call.seconds);
    outside.push(call.outside ?? 0);
    if (peer) theirs.push(countOf(order) / (await peer.measure(order)).seconds);
  }
  await side.close();
  const unit = `${order.what}/s`;
  const size = order.what === 'pictures' ? { batch, steps: order.steps } : { batch, call: countOf(order) };
  print(`generate.${name}.hopline`, median(ours), unit, { ...size, threads, rounds });
  print(`generate.${name}.outside_session`, median(outside), 'share of wall time', { aim: 0.05 });
  if (!peer) return;
  print(`generate.${name}.python`, median(theirs), unit, { ...size, threads: peer.threads, rounds });
  print(`generate.${name}.ratio`, median(ours.map((rate, round) => rate / theirs[round]!)), 'x', {
    aim: 1,
    note: 'median of pairs',
  });
}

/** The folder of a model with random weights, made once; null where it can't be. @param from what its tokenizer is taken from */
function build(name: string, script: string, from: string): string | null {
  const folder = join(process.env.HOPLINE_BENCH_CACHE ?? join(tmpdir(), 'hopline-bench'), name);
  const ready = join(folder, 'ready');
  if (existsSync(ready)) return folder;
  const path = fileURLToPath(new URL(script, import.meta.url));
  const made = spawnSync(python(), [path, folder, from], { encoding: 'utf8', maxBuffer: 1 << 26 });
  if (made.status !== 0) {
    console.error(`${name} is left out: ${made.stderr.trim().split('\n').slice(-3).join(' | ')}`);
    return null;
  }
  writeFileSync(ready, '');
  const said = JSON.parse(made.stdout.trim().split('\n').at(-1)!);
  console.log(JSON.stringify({ name: 'generate.build', value: 1, unit: 'folder', model: name, ...said }));
  return folder;
}

await main();
