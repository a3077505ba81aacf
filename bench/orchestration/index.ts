/** What the engine itself costs: `npm run bench -- orchestration [TASKS] [which]`, with a step that computes nothing.
 *
 *  A row of the dataset goes through 10 hops, 100 rows a task, so TASKS tasks (default 5,000; 100,000 is a million samples through ten
 *  hops) have TASKS * 10 rows. `which`: parts by comma, default all: `plan` (time and memory of planning alone, in a process of its own),
 *  `diff` (plan diff of 40,000 tasks, nothing and everything of it existing), `resume` (the decision what is left, a million samples
 *  committed), `commit` (256 samples each), `compare` (blocks of TASKS / 20 tasks and blocks of bare Temporal activities in turns), `run` (all of
 *  it, with a reduction over the last hop's samples), and, when named, `select` (one hop of TASKS * 10 samples and a selection among all of them).
 *  Postgres and Temporal are durable, as in use. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startHouse } from '../../test/start-house.ts';
import { commits } from './parts/commits.ts';
import { compare } from './parts/compare.ts';
import { diff } from './parts/diff.ts';
import { plan } from './parts/plan.ts';
import { register } from './parts/register.ts';
import { resume } from './parts/resume.ts';
import { run } from './parts/run.ts';
import { select } from './parts/select.ts';

const tasks = Number(process.argv[2] ?? 5000);
const which = new Set((process.argv[3] ?? 'plan,commit,compare,run,diff,resume').split(','));
if (!(Number.isInteger(tasks) && tasks >= 10)) throw new Error(`TASKS must be a whole number >= 10, got ${process.argv[2]}`);

const project = join(dirname(fileURLToPath(import.meta.url)));
const house = await startHouse({ project, durable: true, env: () => ({ HOPLINE_DEVICES: 'cpu:0' }) });
try {
  const rows = tasks * 10;
  if (['plan', 'run', 'select'].some((part) => which.has(part))) await register(house, rows);
  if (which.has('plan')) await plan(house, rows);
  if (which.has('commit')) await commits(house);
  if (which.has('compare')) await compare(house, Math.max(200, Math.round(tasks / 20)));
  if (which.has('run')) await run(house, tasks);
  if (which.has('select')) await select(house, rows);
  if (which.has('diff')) await diff(house, 40_000);
  if (which.has('resume')) await resume(house, 1_000_000);
} finally {
  await house.stop();
}
