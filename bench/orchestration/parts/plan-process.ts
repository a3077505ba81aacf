import { planRun } from '../../../activities/plan.ts';
import { createRun } from '../../../engine/lineage/index.ts';
import { closeServices, openServices } from '../../../engine/runs/services.ts';
import { peakMegabytes, residentMegabytes } from '../measure/memory.ts';

/** Stores a run of the dataset that is named, plans it, and says what that took. */
const services = await openServices(process.env);
const { id } = await createRun(services.db, {
  pipeline: 'orchestration',
  pipelineVersion: '1',
  params: { dataset: process.argv[2]!, hops: 10, batch: 100 },
  seed: 99,
  codeRevision: 'bench',
  environment: {},
});
const idle = residentMegabytes(process.pid);
const before = process.cpuUsage();
const began = performance.now();
await planRun(services, id);
const seconds = (performance.now() - began) / 1000;
const { user, system } = process.cpuUsage(before);
const [tasks] = await services.db.query<{ count: number }>('SELECT count(*) AS count FROM task WHERE run_id = $1', [id]);
console.log(JSON.stringify({ seconds, cpu: (user + system) / 1e6, peak: peakMegabytes(process.pid), idle, tasks: tasks!.count }));
await closeServices(services);
