/** `npm run bench -- train [--rounds N] [--threads N] [--only NAME]`: milliseconds per training step, beside PyTorch where
 *  python can import it. Ours and theirs take turns within each round, so that both see the same machine. */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { openTrainer } from '../../ml/nn/index.ts';
import { openTorchPeer, type TorchPeer } from './torch-peer.ts';
import { randomBatches, type Workload, workloads } from './workloads.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    threads: { type: 'string', default: String(Math.min(2, availableParallelism())) },
    only: { type: 'string' },
  },
});
const rounds = Number(values.rounds);
const threads = Number(values.threads);

const print = (line: Record<string, unknown>): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};
const median = (list: readonly number[]): number => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? Number.NaN;
const rounded = (x: number): number => Number(x.toPrecision(4));
/** Steps of the pretraining that image-generator stands for. */
const pretrainingSteps = 4500;

const peer = await openTorchPeer(threads);
const torch = 'missing' in peer ? undefined : peer;
if ('missing' in peer) process.stderr.write(`PyTorch is left out: ${peer.missing}\n`);
const ratios = new Map<string, number>();
for (const workload of workloads) {
  if (values.only && workload.name !== values.only) continue;
  await measure(workload, workload.name === 'image-generator' ? undefined : torch);
}
const transformers = ['transformer-classifier', 'transformer-lm'].flatMap((name) => ratios.get(name) ?? []);
if (transformers.length === 2) {
  print({
    name: 'train/transformers/ratio',
    value: rounded(Math.sqrt(transformers[0]! * transformers[1]!)),
    unit: 'x PyTorch',
    target: 1.2,
  });
}
await torch?.close();

async function measure(workload: Workload, peer: TorchPeer | undefined): Promise<void> {
  const { name, what, steps, training } = workload;
  const opened = performance.now();
  const trainer = await openTrainer(training, { threads });
  const openMs = performance.now() - opened;
  const batches = randomBatches(workload);
  let state = trainer.init(1);
  const ours: number[] = [];
  const theirs: number[] = [];
  // Round 0 warms both up and isn't counted.
  for (let round = 0; round <= rounds; round++) {
    const start = performance.now();
    ({ state } = await trainer.run(state, batches, new Float32Array(steps).fill(1e-3)));
    const ourTime = (performance.now() - start) / steps;
    const theirTime = await peer?.measure(name, steps);
    if (round === 0) continue;
    ours.push(ourTime);
    if (theirTime !== undefined) theirs.push(theirTime);
  }
  await trainer.close();

  const value = median(ours);
  const line = {
    name: `train/${name}`,
    value: rounded(value),
    unit: 'ms/step',
    threads,
    rounds,
    all: ours.map(rounded),
    openMs: Math.round(openMs),
    what,
  };
  if (name === 'image-generator') print({ ...line, minutesFor4500Steps: rounded((value * pretrainingSteps) / 60_000) });
  else print(line);
  if (!peer) return;
  const ratio = median(ours.map((time, i) => time / theirs[i]!));
  ratios.set(name, ratio);
  print({
    name: `train/${name}/pytorch`,
    value: rounded(median(theirs)),
    unit: 'ms/step',
    version: peer.version,
    all: theirs.map(rounded),
  });
  print({ name: `train/${name}/ratio`, value: rounded(ratio), unit: 'x PyTorch', target: name === 'mlp' ? 1.0 : 1.2 });
}
