import { setTimeout as sleep } from 'node:timers/promises';
import { damageObject } from './damage-object.ts';
import type { Fault, TimedFault } from './fault.ts';
import { descendantsOf, hostsOf, pidOf, type ServiceName } from './home-processes.ts';
import type { Scene } from './scene.ts';

/** Strikes, and tells the scene when and whom. Returns once what it needs a user's hand for is done (`hopline up`), not when all is well again.
 *  False: there was nobody to strike. */
export type Strike = (scene: Scene, fault: Fault) => Promise<boolean>;

/** A service that is just being restarted is waited for. Milliseconds. */
const PATIENCE = 8_000;

const signalTo = (pids: readonly number[], signal: NodeJS.Signals): void => {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // gone already
    }
  }
};

async function waitForPid(find: () => number | undefined): Promise<number | undefined> {
  for (const end = Date.now() + PATIENCE; Date.now() < end; await sleep(50)) {
    const pid = find();
    if (pid !== undefined) return pid;
  }
  return undefined;
}

const service = (name: ServiceName, signal: NodeJS.Signals, also: (pid: number, fault: Fault) => number[] = () => []): Strike => {
  return async (scene, fault) => {
    const pid = await waitForPid(() => pidOf(scene.home.path, name));
    if (pid === undefined) return false;
    const pids = [pid, ...also(pid, fault)];
    scene.struck({ fault, at: Date.now(), whom: `${name} ${pid}` });
    signalTo(pids, signal);
    return true;
  };
};

const host = (strike: (pid: number, fault: Fault) => Promise<void>): Strike => {
  return async (scene, fault) => {
    const pid = await waitForPid(() => {
      const worker = pidOf(scene.home.path, 'worker');
      const hosts = worker === undefined ? [] : hostsOf(worker);
      return hosts[fault.pick % Math.max(1, hosts.length)];
    });
    if (pid === undefined) return false;
    scene.struck({ fault, at: Date.now(), whom: `host ${pid}` });
    await strike(pid, fault);
    return true;
  };
};

const stopWorker = (beside: boolean): Strike => {
  return async (scene, fault) => {
    if (beside) await scene.second.start();
    const pid = await waitForPid(() => pidOf(scene.home.path, 'worker'));
    if (pid === undefined) return false;
    await untilItHoldsTasks(scene, pid);
    scene.struck({ fault, at: Date.now(), whom: `worker ${pid}` });
    signalTo([pid], 'SIGSTOP');
    await sleep(fault.hold);
    signalTo([pid], 'SIGCONT');
    return true;
  };
};

/** A worker with nothing in hand is no zombie. Given up after PATIENCE. */
async function untilItHoldsTasks(scene: Scene, pid: number): Promise<void> {
  for (const end = Date.now() + PATIENCE; Date.now() < end && !scene.attendant.finished; await sleep(20)) {
    const [held] = await scene.attendant
      .db()
      .query(`SELECT FROM task WHERE state = 'running' AND worker ~ $1 LIMIT 1`, [`\\m${pid}\\M`])
      .catch(() => []);
    if (held) return;
  }
}

const supervisor = (signal: NodeJS.Signals): Strike => {
  return async (scene, fault) => {
    const pid = pidOf(scene.home.path, 'supervisor');
    if (pid === undefined) return false;
    scene.struck({ fault, at: Date.now(), whom: `supervisor ${pid}` });
    signalTo([pid], signal);
    await sleep(fault.hold);
    await scene.home.up();
    return true;
  };
};

const everything: Strike = async (scene, fault) => {
  scene.struck({ fault, at: Date.now(), whom: 'all' });
  scene.home.killAll();
  await sleep(fault.hold);
  await scene.home.up();
  return true;
};

const damage = (how: 'truncate' | 'flip'): Strike => {
  return async (scene, fault) => {
    const at = Date.now();
    const digest = await damageObject(scene, how, fault.pick);
    if (digest === null) return false;
    scene.damaged.add(digest);
    scene.struck({ fault, at, whom: digest.slice(0, 12) });
    return true;
  };
};

export const STRIKES: Record<TimedFault, Strike> = {
  'kill host': host(async (pid) => signalTo([pid], 'SIGKILL')),
  'kill worker': service('worker', 'SIGKILL'),
  'kill api': service('api', 'SIGKILL'),
  'kill temporal': service('temporal', 'SIGKILL'),
  'kill postgres': service('postgres', 'SIGKILL', (pid, { pick }) => (pick % 2 === 0 ? descendantsOf(pid) : [])),
  'kill supervisor': supervisor('SIGKILL'),
  'kill everything': everything,
  'end worker': service('worker', 'SIGTERM'),
  'end supervisor': supervisor('SIGTERM'),
  'stop host': host(async (pid, { hold }) => {
    signalTo([pid], 'SIGSTOP');
    await sleep(hold);
    signalTo([pid], 'SIGCONT');
  }),
  'stop worker': stopWorker(false),
  'zombie worker': stopWorker(true),
  'fill disk': async (scene, fault) => {
    const at = Date.now();
    if (!(await scene.disk.fill(fault.hold))) return false;
    scene.struck({ fault, at });
    return true;
  },
  'truncate object': damage('truncate'),
  'flip byte': damage('flip'),
  'kill store': async (scene, fault) => {
    if (!scene.bounceStore) return false;
    scene.struck({ fault, at: Date.now() });
    await scene.bounceStore(fault.hold);
    return true;
  },
};
