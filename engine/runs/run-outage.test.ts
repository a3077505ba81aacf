import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { startEmbedded } from '../../infra/embedded/start.ts';
import { useDatabase } from '../lineage/fixtures/use-database.ts';
import { createRun, endWorker, registerWorker, setRunState } from '../lineage/index.ts';
import { identityOf } from '../recovery/process-identity.ts';
import { processHost, workerName } from '../recovery/worker-identity.ts';
import { runOutage } from './run-outage.ts';

/** Real processes that sign in as workers do; what they'd work on makes no difference. */
const database = useDatabase(startEmbedded);
const children: ChildProcess[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) await kill(child);
  await database.db.query('DELETE FROM worker');
});

async function signIn(): Promise<{ name: string; child: ChildProcess }> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  await once(child, 'spawn');
  children.push(child);
  const pid = child.pid!;
  const name = workerName(identityOf(pid));
  await registerWorker(database.db, { name, host: processHost(), pid, buildId: 'b', devices: ['cpu'], resources: ['cpu'] });
  return { name, child };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

const launch = async (): Promise<string> =>
  (await createRun(database.db, { pipeline: 'p', pipelineVersion: '1', params: {}, seed: 1, codeRevision: 'c', environment: {} }))
    .id;

test('a run whose worker lives is undisturbed, whoever else comes and goes', async () => {
  await signIn();
  const runId = await launch();
  const other = await signIn();
  await kill(other.child);
  expect(await runOutage(database.db, runId)).toBeNull();
});

test('a run whose only worker was killed is interrupted, with and without a new worker', async () => {
  const first = await signIn();
  const runId = await launch();
  await kill(first.child);
  expect(await runOutage(database.db, runId)).toEqual({ lost: first.name, over: null });
  await signIn();
  expect(await runOutage(database.db, runId)).toEqual({ lost: first.name, over: expect.any(Date) });
  await endWorker(database.db, first.name);
  expect(await runOutage(database.db, runId)).toMatchObject({ lost: first.name });
});

test('a resume ends the interruption: from then on the run is running', async () => {
  const first = await signIn();
  const runId = await launch();
  await kill(first.child);
  await signIn();
  await setRunState(database.db, runId, 'RUNNING', { resumed: { codeRevision: 'c', environment: {} } });
  expect(await runOutage(database.db, runId)).toBeNull();
});

test('a worker that hands over to a newer one interrupts nothing', async () => {
  const first = await signIn();
  const runId = await launch();
  await signIn();
  await database.db.query('UPDATE worker SET seen_at = now() WHERE name = $1', [first.name]);
  await endWorker(database.db, first.name);
  await kill(first.child);
  expect(await runOutage(database.db, runId)).toBeNull();
});

test('a run that waits for its first worker is not interrupted, nor one that was launched after the outage', async () => {
  const early = await signIn();
  await kill(early.child);
  await endWorker(database.db, early.name);
  const runId = await launch();
  expect(await runOutage(database.db, runId)).toBeNull();
  await signIn();
  expect(await runOutage(database.db, runId)).toBeNull();
});

test('a worker on another host counts as gone after ten seconds of silence', async () => {
  const runId = await launch();
  const sign = (seconds: number) =>
    database.db.query(
      `INSERT INTO worker (name, host, pid, build_id, devices, resources, started_at, seen_at)
       VALUES ('far/1-a', 'far', 1, 'b', '{}', '{}', now() - interval '1 hour', now() - make_interval(secs => $1))
       ON CONFLICT (name) DO UPDATE SET seen_at = excluded.seen_at`,
      [seconds],
    );
  await sign(5);
  expect(await runOutage(database.db, runId)).toBeNull();
  await sign(20);
  expect(await runOutage(database.db, runId)).toEqual({ lost: 'far/1-a', over: null });
});
