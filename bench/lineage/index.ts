/** How fast lineage is asked at size: `npm run bench -- lineage [SAMPLES] [which]`, over HTTP from an API process of its own.
 *
 *  Fills a database with SAMPLES (default 2,000,000; a multiple of 1,000) samples, twice as many edges, ten hops, a tenth as many real samples and hubs
 *  with as many descendants as there are real ones, asks what clients ask (documents of the command line and of `api/examples`), and prints the plan
 *  of every statement behind it. Exits with 1 when a question about lineage reads a large table whole. `which`: questions by comma, default all.
 *  Postgres is durable, as in use. With HOPLINE_BENCH_DATABASE, the URL of another database, that one is asked; an empty one is filled, and stays. */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startApiProcess } from '../../api/events/fixtures/api-process.ts';
import { lineageQuestions } from '../../api/testing/lineage-questions.ts';
import { findLargeLineage, largeLineage, renewProgress } from '../../engine/lineage/fixtures/large/large-lineage.ts';
import { createToken } from '../../engine/lineage/tokens.ts';
import { AIMS, TIMES } from './aims.ts';
import { measure } from './measure.ts';
import { plansOf } from './plans.ts';
import { openScene } from './scene.ts';

const samples = Number(process.argv[2] ?? 2_000_000);
const project = dirname(fileURLToPath(import.meta.url));
const scene = await openScene(project, process.env.HOPLINE_BENCH_DATABASE);
const { services } = scene;
const { db } = services;
try {
  const began = performance.now();
  const lineage = (await findLargeLineage(db)) ?? (await largeLineage(db, samples));
  print('filled', (performance.now() - began) / 1000, 's', { ...lineage.shape });
  const questions = lineageQuestions(lineage);
  const wanted = process.argv[3]?.split(',') ?? Object.keys(questions);
  const { secret } = await createToken(db, { name: 'bench', scope: 'read', project: lineage.project });
  // As the program that is built runs.
  const api = await startApiProcess(services.databaseUrl!, { HOPLINE_PROJECT: project, NODE_ENV: 'production' });
  try {
    for (const name of wanted) {
      const question = questions[name];
      if (!question) throw new Error(`which must be some of ${Object.keys(questions).join(', ')}, got ${name}`);
      if (name.startsWith('runs')) await renewProgress(db);
      const figure = await measure({ url: api.url, token: secret, pid: api.pid, db }, question, TIMES[name] ?? 200);
      print(name, figure.p95, 'ms', { ...figure, ...(AIMS[name] ? { aim: AIMS[name] } : {}) });
    }
  } finally {
    await api.kill();
  }
  const wrong: string[] = [];
  for (const name of wanted) {
    const found = await plansOf(services, lineage.projectId, questions[name]!);
    // A million candidates are half of a table: there it is right to read it whole.
    if (!name.startsWith('what_if_large')) wrong.push(...found);
  }
  print('plans.wrong', wrong.length, 'statements', { wrong });
  if (wrong.length > 0) process.exitCode = 1;
} finally {
  await scene.close();
}

function print(name: string, value: number, unit: string, more: object): void {
  console.log(JSON.stringify({ name: `lineage.${name}`, value: Math.round(value * 10) / 10, unit, ...more }));
}
