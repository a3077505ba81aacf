import type { Engine, EngineOptions } from '../workload-w/engine.ts';
import { PeerMissing } from './peer-missing.ts';

/** A peer by name, made ready: installed on first use into node_modules/.hopline/peers. Null, with the reason on stderr, where it can't be. */
export async function openPeer(name: string, options: EngineOptions): Promise<Engine | null> {
  try {
    if (name === 'dbos') return await (await import('./dbos/dbos-engine.ts')).dbosEngine(options);
    if (name === 'temporal') return await (await import('./temporal/temporal-engine.ts')).temporalEngine(options);
  } catch (error) {
    if (!(error instanceof PeerMissing)) throw error;
    process.stderr.write(`peer ${name} is left out: ${error.message}\n`);
    return null;
  }
  throw new Error(`--peers must name dbos or temporal, got ${name}`);
}
