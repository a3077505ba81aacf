import { setTimeout as sleep } from 'node:timers/promises';
import { ALL_SERVICES, hasNetem, type ServiceName } from './network.ts';
import { committedBy, launch, type Scenario } from './run-scenario.ts';
import type { Fleet } from './start-fleet.ts';
import type { Site } from './start-site.ts';

/** The heartbeat time-out of these runs is 3 s: a cut of this length is well past it. */
const CUT_SECONDS = 10;
/** Long enough for host D to end the long batches that it has in hand, and to take those of C. */
const LONG_CUT_SECONDS = 20;

const cutForAWhile =
  (services: readonly ServiceName[], seconds = CUT_SECONDS): Scenario['disturb'] =>
  async ({ network }) => {
    network.cut('c', services);
    await sleep(seconds * 1000);
    network.heal();
    return `cut for ${seconds} s`;
  };

/** Healed when the run is over: it must end without host C. */
const cutForGood =
  (services: readonly ServiceName[]): Scenario['disturb'] =>
  async ({ network }) => {
    network.cut('c', services);
    return 'cut until the run was over';
  };

/** Nobody can launch a run, is told so, and the run that is under way goes on. */
const cutApi =
  (services: readonly ServiceName[], code: string): Scenario['disturb'] =>
  async ({ network }, fleet, runId) => {
    network.cut('b', services);
    const [before, begun] = [await committed(fleet, runId), Date.now()];
    const got = await launch(fleet, { seed: 3 }).catch((error: { code?: string }) => error.code);
    const seconds = (Date.now() - begun) / 1000;
    const made = (await committed(fleet, runId)) - before;
    network.heal();
    if (got !== code) throw new Error(`a launch must be refused with ${code}, got ${got}`);
    if (made === 0) throw new Error(`the run must go on while the API is cut off, got no task in ${seconds} s`);
    return `launch refused with ${code} after ${seconds.toFixed(1)} s, ${made} tasks meanwhile`;
  };

const committed = async (fleet: Fleet, runId: string): Promise<number> =>
  (await committedBy(fleet, runId, 'c')) + (await committedBy(fleet, runId, 'd'));

/** Delay and loss on the way to both workers, as long as the run takes. */
const poorLine: Scenario['disturb'] = async (site, fleet, runId) => {
  if (hasNetem()) {
    for (const host of ['c', 'd'] as const) site.network.disturb(host, { delay: '50ms', jitter: '20ms', loss: '3%' });
    return 'netem: 50 ms +- 20, 3 % loss';
  }
  console.log('no delay and no random loss: the kernel has no netem (CONFIG_NET_SCH_NETEM); short silent cuts instead');
  const cuts = await flicker(site, fleet, runId);
  return `no netem in this kernel: ${cuts} silent cuts of 0.1 to 0.4 s, 25 % of the time, until the run was over`;
};

/** Drops everything between the workers and the services for a moment, again and again: TCP has to send again what was under way. */
async function flicker({ network }: Site, fleet: Fleet, runId: string): Promise<number> {
  for (let count = 0; ; count++) {
    const [run] = await fleet.db.query<{ state: string }>('SELECT state FROM run WHERE id = $1', [runId]);
    if (run!.state !== 'RUNNING') return count;
    for (const host of ['c', 'd'] as const) network.cut(host, ALL_SERVICES);
    await sleep(100 + ((count * 7) % 4) * 100);
    network.heal();
    await sleep(750);
  }
}

export const undisturbed: Scenario = { name: 'undisturbed' };
export const undisturbedLong: Scenario = { name: 'undisturbed_long', work: 'long' };

/** Part of every `npm test` as root. */
export const FEW: readonly Scenario[] = [
  { name: 'c_cut_from_everything', disturb: cutForAWhile(ALL_SERVICES) },
  { name: 'c_cut_from_postgres', disturb: cutForGood(['postgres']) },
];

/** With HOPLINE_HOSTS=full. */
export const MORE: readonly Scenario[] = [
  { name: 'c_cut_from_temporal', disturb: cutForAWhile(['temporal']) },
  { name: 'c_cut_from_temporal_in_a_long_batch', work: 'long', disturb: cutForAWhile(['temporal'], LONG_CUT_SECONDS) },
  { name: 'c_cut_from_everything_in_a_long_batch', work: 'long', disturb: cutForAWhile(ALL_SERVICES, LONG_CUT_SECONDS) },
  { name: 'c_cut_from_the_store', disturb: cutForGood(['store']) },
  { name: 'c_gone_for_good', disturb: cutForGood(ALL_SERVICES) },
  { name: 'poor_line_to_c_and_d', disturb: poorLine },
  { name: 'api_cut_from_everything', disturb: cutApi(ALL_SERVICES, 'DATABASE_UNREACHABLE') },
  { name: 'api_cut_from_temporal', disturb: cutApi(['temporal'], 'TEMPORAL_UNREACHABLE') },
];
