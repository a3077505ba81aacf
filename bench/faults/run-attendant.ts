import { setTimeout as sleep } from 'node:timers/promises';
import { unwrapResult } from '../../cli/client/unwrap-result.ts';
import { cancelRun, resumeRun } from '../../cli/operations/control-run.ts';
import { launchRun } from '../../cli/operations/launch-run.ts';
import { type Db, openDb, type RunState } from '../../engine/lineage/index.ts';
import { openTemporalRuns } from '../../engine/runs/temporal-runs.ts';
import type { FaultyHome } from './faulty-home.ts';
import type { Work } from './work.ts';

/** How long a run may be unfinished without a workflow before it counts as one that needs `hopline resume`. Milliseconds. */
const WITHOUT_WORKFLOW = 5_000;
/** How long the API may take to answer before the client tries again. Milliseconds. */
const ANSWER = 15_000;
const EVERY = 100;

/** A run that fails so often in a row, with no fault in between, isn't going to recover. */
const MOST_RESUMES = 5;

export interface Resume {
  /** Milliseconds since 1970. */
  at: number;
  why: string;
  /** Part of a fault, not the remedy of one. */
  planned: boolean;
}

/** Does what a user does with a run: launches it, looks after it, resumes it when it has ended without success or stands still. */
export class RunAttendant {
  readonly resumes: Resume[] = [];
  runId = '';
  state: RunState | 'UNKNOWN' = 'UNKNOWN';
  rootDigest: string | null = null;
  /** While somebody else cancels and resumes. */
  handsOff = false;
  readonly #home: FaultyHome;
  #db: { url: string; db: Db } | undefined;
  #aloneSince = 0;
  #inVain = 0;

  constructor(home: FaultyHome) {
    this.#home = home;
  }

  get finished(): boolean {
    return this.state === 'SUCCEEDED';
  }

  /** A fault has struck: what follows is its doing. */
  disturbed(): void {
    this.#inVain = 0;
  }

  /** Launches it, under one idempotency key, until the API says that it did. */
  async launch(work: Work, seed: number, signal: AbortSignal): Promise<void> {
    const input = { pipeline: work.pipeline, params: work.params, seed, idempotencyKey: 'the only one' };
    this.runId = await this.#insist('launch', signal, async (answer) => {
      const { launchRun: launched } = await this.#home.client().query(launchRun, { input }, answer);
      return unwrapResult(launched).run.runId;
    });
  }

  /** Looks after the run until it has succeeded and its workflow is closed. */
  async attend(signal: AbortSignal): Promise<void> {
    for (; !signal.aborted; await sleep(EVERY)) {
      const run = await this.look();
      if (!run || this.handsOff) continue;
      if (run.state === 'FAILED' || run.state === 'CANCELLED') await this.resume(run.error?.code ?? run.state, signal);
      else if (!(await this.#alone())) this.#aloneSince = 0;
      else if (run.state === 'SUCCEEDED') return;
      else if (this.#aloneSince === 0) this.#aloneSince = Date.now();
      else if (Date.now() - this.#aloneSince > WITHOUT_WORKFLOW) await this.resume(`${run.state} without a workflow`, signal);
    }
  }

  /** @throws when it was resumed again and again in vain */
  async resume(why: string, signal: AbortSignal, planned = false): Promise<void> {
    this.#aloneSince = 0;
    if (!planned && ++this.#inVain > MOST_RESUMES)
      throw new Error(`the run must recover, got ${why} after ${MOST_RESUMES} resumes`);
    this.#home.log(`resume: ${why}`);
    this.resumes.push({ at: Date.now(), why, planned });
    await this.#insist('resume', signal, async (answer) => {
      const run = await this.look();
      if (run && ['PLANNING', 'RUNNING', 'SUCCEEDED'].includes(run.state) && !(await this.#alone())) return;
      const { result } = await this.#home.client().query(resumeRun, { runId: this.runId }, answer);
      unwrapResult(result);
    });
  }

  async cancel(signal: AbortSignal): Promise<void> {
    await this.#insist('cancel', signal, async (answer) => {
      const run = await this.look();
      if (run && ['CANCELLED', 'SUCCEEDED', 'FAILED'].includes(run.state)) return;
      unwrapResult((await this.#home.client().query(cancelRun, { runId: this.runId }, answer)).result);
    });
  }

  /** The run's row; null while there is no database. */
  async look(): Promise<{ state: RunState; rootDigest: string | null; error: { code: string; message: string } | null } | null> {
    try {
      const [run] = await this.db().query<{
        state: RunState;
        rootDigest: string | null;
        error: { code: string; message: string } | null;
      }>('SELECT state, root_digest AS "rootDigest", error FROM run WHERE id = $1', [this.runId]);
      if (!run) return null;
      if (run.state !== this.state)
        this.#home.log(`run ${this.state} -> ${run.state} ${run.error ? JSON.stringify(run.error) : ''}`);
      this.state = run.state;
      this.rootDigest = run.rootDigest;
      return run;
    } catch {
      return null;
    }
  }

  /** The home's database, for reading. @throws while the services are starting or ending */
  db(): Db {
    const services = this.#home.services();
    if (!services) throw new Error('the services are not up');
    const url = services.databaseUrl;
    if (this.#db?.url !== url) {
      void this.#db?.db.close().catch(() => undefined);
      this.#db = { url, db: openDb(url, { max: 2, connectTimeout: 2_000 }) };
    }
    return this.#db.db;
  }

  async close(): Promise<void> {
    await this.#db?.db.close().catch(() => undefined);
  }

  /** Whether Temporal says that no execution is open. False while it says nothing. */
  async #alone(): Promise<boolean> {
    const services = this.#home.services();
    if (!services) return false;
    const temporal = openTemporalRuns({ address: services.temporalAddress, namespace: services.temporalNamespace });
    try {
      return !(await temporal.isRunning(this.runId));
    } catch {
      return false;
    } finally {
      await temporal.close().catch(() => undefined);
    }
  }

  /** Tries until it works: a client whose server has died asks again. */
  async #insist<T>(what: string, signal: AbortSignal, work: (answer: AbortSignal) => Promise<T>): Promise<T> {
    for (let last = ''; ; ) {
      try {
        return await work(AbortSignal.any([signal, AbortSignal.timeout(ANSWER)]));
      } catch (error) {
        if (signal.aborted) throw new Error(`${what} must succeed in time, got ${(error as Error).message}`);
        const { message } = error as Error;
        if (message !== last) this.#home.log(`${what}: ${message}`);
        last = message;
        await sleep(200);
      }
    }
  }
}
