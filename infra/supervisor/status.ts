import type { HoplineConfig } from '../config.ts';
import { lockHolder } from '../process/home-lock.ts';
import { livingOrphans } from '../process/process-record.ts';
import type { ProcessStatus, Services } from './services.ts';
import { readState } from './state-file.ts';
import { isHealthy } from './worker-and-api.ts';

/** `crashed`: the supervisor is gone and children of it still run; the next up or down ends them. */
export type Phase = 'down' | 'starting' | 'up' | 'stopping' | 'crashed';

export interface Status {
  phase: Phase;
  home: string;
  supervisorPid?: number;
  /** ISO 8601. */
  since?: string;
  services?: Services;
  processes: ProcessStatus[];
  /** Whether the API answers just now. */
  healthy: boolean;
}

/** What a home's services are doing: what was written down, checked against the processes that really live. */
export async function status(config: Pick<HoplineConfig, 'home'>): Promise<Status> {
  const { home } = config;
  const holder = lockHolder(home);
  const state = readState(home);
  if (holder && state && state.supervisor.startedAt === holder.startedAt) {
    const healthy = state.services !== undefined && (await isHealthy(state.services.apiUrl));
    const { since, services, processes } = state;
    return {
      phase: state.phase === 'ready' ? 'up' : state.phase,
      home,
      supervisorPid: holder.pid,
      since,
      services,
      processes,
      healthy,
    };
  }
  if (holder?.purpose === 'supervisor')
    return { phase: 'starting', home, supervisorPid: holder.pid, processes: [], healthy: false };
  const orphans = holder ? [] : [...livingOrphans(home)];
  const processes = orphans.map(
    ([name, { pid }]): ProcessStatus => ({ name, state: 'running', pid, restarts: 0, lastEnd: 'its supervisor is gone' }),
  );
  return { phase: orphans.length > 0 ? 'crashed' : 'down', home, processes, healthy: false };
}
