/** Workload W: `npm run bench -- workload-w [N] [m1,m2,m3,m4,m5] [--peers dbos,temporal]`. source() of N ids -> hop1 -> hop2 -> hop3 (20 ms and
 *  a 4 KB file each) -> reduce, four at once, everything on one core (BENCH_CORE, default 0). Each line is one figure of one engine; peers run
 *  the same workload in turns with Hopline, measure by measure. M1 and M4, M5 share a home. Exit code 0 only if Hopline's results are right. */
import { parseArgs } from 'node:util';
import { openPeer } from '../peers/open-peer.ts';
import type { Engine } from './engine.ts';
import { hoplineEngine } from './hopline-engine.ts';

const { positionals, values } = parseArgs({ allowPositionals: true, options: { peers: { type: 'string', default: '' } } });
const n = Number(positionals[0] ?? 100);
const which = new Set((positionals[1] ?? 'm1,m4,m5').split(','));
if (!(Number.isInteger(n) && n >= 1)) throw new Error(`N must be a whole number >= 1, got ${positionals[0]}`);
const options = { n, core: Number(process.env.BENCH_CORE ?? 0) };
// What was started ends with us.
process.once('SIGTERM', () => process.exit(143)).once('SIGINT', () => process.exit(130));

const hopline = hoplineEngine(options);
const engines: Engine[] = [hopline];
for (const name of values.peers.split(',').filter(Boolean)) {
  const peer = await openPeer(name, options);
  if (peer) engines.push(peer);
}
const clean = ['m1', 'm4', 'm5'].some((measure) => which.has(measure));
for (const [wanted, measure] of [
  [clean, (engine: Engine) => engine.clean(which)],
  [which.has('m2'), (engine: Engine) => engine.killedAtHalf()],
  [which.has('m3'), (engine: Engine) => engine.failedOnce()],
] as const) {
  if (!wanted) continue;
  for (const engine of engines) {
    const right = await measure(engine);
    if (!right && engine === hopline) process.exitCode = 1;
  }
}
