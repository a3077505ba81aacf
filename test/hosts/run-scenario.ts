import { setTimeout as sleep } from 'node:timers/promises';
import { launchRun } from '../../cli/operations/launch-run.ts';
import { getRun, type RunRow } from '../../engine/lineage/index.ts';
import { accountOfRun, type RunAccount } from './account-of-run.ts';
import { type Fleet, startFleet } from './start-fleet.ts';
import type { Site } from './start-site.ts';

export interface Scenario {
  /** Also the name of its database: lower-case letters and underscores. */
  name: string;
  /** What happens while the run is under way; words for the table. Nothing: the undisturbed run. */
  disturb?(site: Site, fleet: Fleet, runId: string): Promise<string | undefined>;
  /** Default `short`. */
  work?: Work;
}

export interface ScenarioResult extends RunAccount {
  name: string;
  rootDigest: string;
  /** From the launch to the end. */
  seconds: number;
  /** Committed tasks of host C and D. */
  byHost: Record<'c' | 'd', number>;
  /** From the healing of the network until host C commits again, where it was disturbed. Seconds. */
  back: number;
  note: string;
  /** Commits that a worker wanted to make and was refused, by what its log says. */
  refused: number;
}

/** `short`: 128 texts in 32 shards, 128 batches of 150 ms: about 20 s on one device. `long`: 12 texts in 6 shards, 12 batches of 4 s,
 *  each longer than the heartbeat time-out: about 60 s on one. And the scores of them, three epochs, a selection and a reduction. */
export type Work = 'short' | 'long';
const WORK: Record<Work, { texts: number; milliseconds: number; before: number }> = {
  short: { texts: 128, milliseconds: 150, before: 4 },
  long: { texts: 12, milliseconds: 4000, before: 1 },
};

/** The longest that a run may take. Milliseconds. */
const WITHIN = 300_000;

/** Runs the toy pipeline from an empty database and store while something happens to the network, and returns what became of it. */
export async function runScenario(site: Site, scenario: Scenario): Promise<ScenarioResult> {
  const fleet = await startFleet(site, scenario.name);
  const { texts, milliseconds, before } = WORK[scenario.work ?? 'short'];
  try {
    await fleet.addTexts(texts);
    const begun = Date.now();
    const runId = await launch(fleet, { seed: 1, milliseconds });
    if (scenario.disturb) await untilCommitted(fleet, runId, 'c', before);
    const note = (await scenario.disturb?.(site, fleet, runId)) ?? '';
    const run = await untilSucceeded(fleet, runId, begun + WITHIN);
    const back = scenario.disturb ? await comesBack(site, fleet) : 0;
    const account = await accountOfRun(fleet.db, runId);
    const byHost = { c: sumOf(account, fleet.hostName('c')), d: sumOf(account, fleet.hostName('d')) };
    const refused = (['c', 'd'] as const).map((host) => fleet.workers[host].output().match(/STALE_LEASE/g)?.length ?? 0);
    const seconds = (run.finishedAt!.getTime() - begun) / 1000;
    return {
      ...account,
      back,
      note,
      name: scenario.name,
      rootDigest: run.rootDigest!,
      seconds,
      byHost,
      refused: refused[0]! + refused[1]!,
    };
  } finally {
    site.network.heal();
    await fleet.stop();
  }
}

/** Host C works again, in another run. */
async function comesBack(site: Site, fleet: Fleet): Promise<number> {
  site.network.heal();
  const healed = Date.now();
  await untilCommitted(fleet, await launch(fleet, { seed: 2 }), 'c', 1);
  return (Date.now() - healed) / 1000;
}

const sumOf = ({ committed }: RunAccount, host: string): number =>
  Object.entries(committed).reduce((total, [worker, count]) => total + (worker.startsWith(host) ? count : 0), 0);

/** @throws what the API answers, as an error with its code */
export async function launch(
  fleet: Fleet,
  { seed, milliseconds = 150 }: { seed: number; milliseconds?: number },
): Promise<string> {
  const { launchRun: answer } = await fleet.client.query(launchRun, {
    input: { pipeline: 'toy', seed, params: { milliseconds } },
  });
  if ('run' in answer) return answer.run.runId;
  throw Object.assign(new Error(answer.message), { code: answer.code });
}

/** Until a host has committed so many tasks of the run: it takes part, and has work in hand. */
export async function untilCommitted(fleet: Fleet, runId: string, host: 'c' | 'd', count: number): Promise<void> {
  for (const until = Date.now() + 120_000; ; await sleep(50)) {
    if ((await committedBy(fleet, runId, host)) >= count) return;
    if (Date.now() > until) throw new Error(`host ${host} must commit ${count} tasks within 120 s; ${logs(fleet)}`);
  }
}

export async function committedBy(fleet: Fleet, runId: string, host: 'c' | 'd'): Promise<number> {
  const [row] = await fleet.db.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM task WHERE run_id = $1 AND state = 'committed' AND starts_with(worker, $2)`,
    [runId, fleet.hostName(host)],
  );
  return row!.count;
}

async function untilSucceeded(fleet: Fleet, runId: string, until: number): Promise<RunRow> {
  for (;;) {
    const run = await getRun(fleet.db, runId);
    if (run.state === 'SUCCEEDED') return run;
    if (run.state === 'FAILED' || Date.now() > until)
      throw new Error(`run ${runId} must succeed, got ${run.state} ${JSON.stringify(run.error)}; ${logs(fleet)}`);
    await sleep(100);
  }
}

const logs = ({ workers }: Fleet): string =>
  `worker C: ${workers.c.output().slice(-3000)}\nworker D: ${workers.d.output().slice(-3000)}`;
