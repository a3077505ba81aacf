/** The demo's work in one plain process: the same steps on the same inputs, without store, database or workflows.
 *  `plain-process.ts PROFILE SEED THREADS MODELS`; prints {stepSeconds, peakRss, metrics}. */
import type { Pipeline } from '../../engine/plan/define-pipeline.ts';
import type { ReaderRow } from '../../engine/plan/project.ts';
import { scenes } from '../../ml/data/index.ts';
import { mi2rage } from '../../pipelines/mi2rage/pipeline.ts';
import { runInMemory } from '../../pipelines/mi2rage/testing/run-in-memory.ts';
import { readModelFolders } from './model-folders.ts';

const [profile, seed, threads, models] = process.argv.slice(2);
const rows: ReaderRow[] = [];
for await (const row of scenes.read({ seed: 0, params: {} })) rows.push(row);
const run = await runInMemory(
  mi2rage as unknown as Pipeline,
  { profile: profile! },
  { rows, seed: Number(seed), threads: Number(threads), models: readModelFolders(models!) },
);
const metrics = [...run.reduced].flatMap(([node, { metrics = [] }]) =>
  metrics.map(({ name, slice, mode, value }) => ({ node, name, slice, mode: mode ?? null, value })),
);
const stepSeconds = [...run.seconds.values()].reduce((sum, seconds) => sum + seconds, 0);
console.log(JSON.stringify({ stepSeconds, peakRss: process.resourceUsage().maxRSS * 1024, metrics }));
