/** Copies the models that a finished `pretrain` run exported into the house: `npx tsx scripts/ship-models.ts RUN [DIR]`. The services must be
 *  up. Each folder gets its weights and a `model.json` that says which run made them and how to make them again. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { getRun, nodeOutcomes } from '../engine/lineage/index.ts';
import { closeServices, openServices } from '../engine/runs/index.ts';
import { resolveConfig } from '../infra/config.ts';
import { ensureUp } from '../infra/supervisor/up.ts';

const SHIPPED = [
  { file: 'mini-clip', name: 'tiny-mini-clip' },
  { file: 'text-to-image', name: 'tiny-t2i' },
  { file: 'captioner', name: 'tiny-captioner' },
];

const runId = process.argv[2];
if (!runId) throw new Error('usage: npx tsx scripts/ship-models.ts RUN [DIR]');
const connection = await ensureUp(resolveConfig(process.env, process.cwd()));
const services = await openServices({
  ...process.env,
  DATABASE_URL: connection.databaseUrl,
  STORE_URL: connection.storeUrl,
  TEMPORAL_ADDRESS: connection.temporalAddress,
});
const run = await getRun(services.db, runId);
if (run.pipeline !== 'pretrain' || run.state !== 'SUCCEEDED')
  throw new Error(`run ${runId} must be a finished pretrain run, got ${run.pipeline} ${run.state}`);
const [outcome] = await nodeOutcomes(services.db, runId, 'export');
const weights = process.argv[3] ?? join(dirname(fileURLToPath(import.meta.url)), '../ml/models/weights');
for (const { name, file: exported } of SHIPPED) {
  const file = outcome!.files![`${exported}.safetensors`]!;
  const folder = join(weights, name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'model.safetensors'), await services.store.get(file.digest));
  const card = {
    name,
    adapter: name,
    licence: 'Apache-2.0',
    source: `run ${run.id} of pipeline pretrain@${run.pipelineVersion}, root digest ${run.rootDigest}`,
    digest: file.digest,
    command: `npx hopline run pretrain --seed ${run.seed}`,
    params: run.params,
    codeRevision: run.codeRevision,
    environment: run.environment,
  };
  await writeFile(join(folder, 'model.json'), `${JSON.stringify(card, null, 2)}\n`);
  console.log(`${name}: ${file.size} bytes, ${file.digest.slice(0, 16)}`);
}
await closeServices(services);
