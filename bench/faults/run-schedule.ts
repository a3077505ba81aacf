import { setTimeout as sleep } from 'node:timers/promises';
import type { Digest } from '../../engine/plan/digest.ts';
import { openStore } from '../../engine/store/open-store.ts';
import { checkRun, type RunCheck } from './check-run.ts';
import { checkGarbage, checkStore, type StoreCheck } from './check-store.ts';
import { CrashWatch } from './crash-watch.ts';
import { deviceTime } from './device-time.ts';
import { type Fault, faultName } from './fault.ts';
import type { FaultyHome } from './faulty-home.ts';
import type { HomeStore } from './home-store.ts';
import type { ScheduleResult, StruckResult } from './results.ts';
import { type Resume, RunAttendant } from './run-attendant.ts';
import type { Scene, Struck } from './scene.ts';
import type { Schedule } from './schedules.ts';
import { SecondWorker } from './second-worker.ts';
import { StoreDisk } from './store-disk.ts';
import { strikeInTurn } from './strike-in-turn.ts';
import type { Work } from './work.ts';

/** The longest that a run may take with its faults. Milliseconds. */
const LIMIT = 900_000;
/** Crash points at a run's very end are waited for, after it has succeeded. Milliseconds. */
const AFTERWARDS = 1_000;

export interface ScheduleOptions {
  home: FaultyHome;
  store: HomeStore;
  work: Work;
  seed: number;
  /** What the undisturbed run came to; undefined: this is it. */
  reference?: Digest;
  say(line: string): void;
}

/** One run in a home of its own, with its faults: from `hopline up` to `hopline down`, and everything that must hold then. */
export async function runSchedule(schedule: Schedule, options: ScheduleOptions): Promise<ScheduleResult> {
  const { home, store, work, seed, reference } = options;
  const attendant = new RunAttendant(home);
  const disk = new StoreDisk(home.path);
  const second = new SecondWorker(home);
  const strikes: Struck[] = [];
  const failures: string[] = [];
  const stop = new AbortController();
  const signal = AbortSignal.any([AbortSignal.timeout(LIMIT), stop.signal]);
  const scene: Scene = {
    home,
    attendant,
    disk,
    second,
    damaged: new Set(),
    objects: store.objects,
    ...(store.bounce ? { bounceStore: store.bounce } : {}),
    signal,
    struck(strike) {
      strikes.push(strike);
      attendant.disturbed();
      home.log(`STRIKE ${faultName(strike.fault)} ${strike.whom ?? ''}`);
    },
  };
  const watching = new AbortController();
  const crashes = new CrashWatch(scene);
  let began = Date.now();
  let ended = 0;
  let check: RunCheck | null = null;
  let stored: StoreCheck = { objects: 0, broken: [], remade: [], spoilt: [], orphans: [], leftovers: 0 };
  let committed: { at: number; seconds: number }[] = [];
  try {
    if (schedule.inTurn.some(({ kind }) => kind === 'fill disk')) disk.makeSmall(options.say);
    await home.up();
    if (schedule.inTurn.some(({ kind }) => kind === 'zombie worker')) await second.start();
    const watched = crashes.watch(watching.signal);
    for (const fault of schedule.armed) crashes.arm(fault);
    began = Date.now();
    await attendant.launch(work, seed, signal);
    home.log(`launched ${attendant.runId}`);
    const striking = strikeInTurn(scene, crashes, schedule.inTurn);
    // A run that is given up is struck no more, and nothing strikes on after us.
    await attendant
      .attend(signal)
      .catch((error: unknown) => stop.abort(error))
      .finally(() => striking);
    if (stop.signal.aborted) throw stop.signal.reason;
    const late = schedule.armed.some(({ point }) => crashes.waits(point));
    if (late) await sleep(AFTERWARDS);
    for (const { point } of schedule.armed) crashes.disarm(point);
    await attendant.attend(signal);
    ended = Date.now();
    watching.abort();
    await watched;
    if (!attendant.finished) failures.push(`the run must end, got ${attendant.state} after ${LIMIT / 1000} s`);
    if (reference !== undefined && attendant.rootDigest !== reference)
      failures.push(`the root digest must be ${reference}, got ${attendant.rootDigest}`);
    check = await checkRun(attendant.db(), attendant.runId);
    failures.push(...brokenRules(check));
    stored = await checkStore(attendant.db(), openStore(store.url, home.env), scene.damaged);
    if (stored.broken.length > 0) failures.push(`every object must be whole, got ${stored.broken.join(', ')}`);
    const garbage = await home.command('gc', '--dry-run', '--older-than', '0', '--json');
    failures.push(...(garbage.code === 0 ? checkGarbage(garbage.stdout, stored) : [`gc must succeed, got ${garbage.stderr}`]));
    committed = await commits(attendant);
    if (!(await second.end())) failures.push('the second worker must end with code 0 within 90 s of SIGTERM');
    const down = await home.command('down');
    if (down.code !== 0) failures.push(`hopline down must succeed, got ${down.stderr}`);
  } catch (error) {
    failures.push((error as Error).stack ?? String(error));
  } finally {
    watching.abort();
    await attendant.close();
    const left = home.processes();
    if (ended > 0 && left.length > 0)
      failures.push(`no process must be left, got ${left.map(({ command }) => command).join('; ')}`);
    home.killAll();
    await store.release?.();
    disk.unmount();
  }
  strikes.sort((a, b) => a.at - b.at);
  return {
    name: 'schedule',
    number: schedule.number,
    store: store.kind,
    struck: strikes.map((strike, index) => outcome(strike, strikes[index + 1], attendant.resumes, committed)),
    failures,
    rootDigest: attendant.rootDigest,
    check,
    orphans: stored.orphans.length,
    damaged: { remade: stored.remade.length, spoilt: stored.spoilt.length },
    device: deviceTime(
      home.faults.orders(),
      committed.reduce((sum, { seconds }) => sum + seconds, 0),
      strikes.filter(({ fault }) => cutsOrdersOff(fault)).map(({ at }) => at),
    ),
    seconds: ((ended || Date.now()) - began) / 1000,
    resumes: attendant.resumes.flatMap(({ why, planned }) => (planned ? [] : [why])),
  };
}

function brokenRules({ lost, doubled, stale, again, divergences, tasks }: RunCheck): string[] {
  const broken: string[] = [];
  if (lost > 0) broken.push(`lost must be 0, got ${lost}`);
  if (doubled > 0) broken.push(`doubled must be 0, got ${doubled}`);
  if (stale > 0) broken.push(`commits by a stale fence must be 0, got ${stale}`);
  if (again > 0) broken.push(`finished tasks executed again must be 0, got ${again}`);
  if (divergences > 0) broken.push(`divergences must be 0, got ${divergences}`);
  if (tasks === 0) broken.push('the run must have tasks, got none');
  return broken;
}

/** Faults that end a device host, or the worker that it works for. */
const cutsOrdersOff = ({ kind, point }: Fault): boolean =>
  point ? kind !== 'fail' && !/^(launch|resume)\./.test(point) : /host|worker|everything|supervisor/.test(kind);

/** A resume is put down to the last fault before it. */
function outcome(
  { fault, at, whom }: Struck,
  next: Struck | undefined,
  resumes: readonly Resume[],
  committed: readonly { at: number }[],
): StruckResult {
  const needed = resumes.some((resume) => !resume.planned && resume.at >= at && (next === undefined || resume.at < next.at));
  const first = committed.find((commit) => commit.at > at);
  return {
    kind: fault.kind,
    ...(fault.point ? { point: fault.point } : {}),
    ...(whom ? { whom } : {}),
    by: needed ? 'resume' : fault.point === 'resume.queued' ? 'planned' : 'itself',
    firstTask: first ? (first.at - at) / 1000 : null,
  };
}

/** Every committed derivation of the run, in order. */
function commits(attendant: RunAttendant): Promise<{ at: number; seconds: number }[]> {
  return attendant
    .db()
    .query<{ at: number; seconds: number }>(
      `SELECT (extract(epoch FROM created_at) * 1000)::float8 AS at, seconds FROM derivation WHERE run_id = $1 ORDER BY created_at`,
      [attendant.runId],
    );
}
