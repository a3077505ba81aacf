import { ip, namespaceName, removeNamespace, sweepLeftovers } from './network-names.ts';

/** The machines: `a` has the services, `b` the API, `c` and `d` a worker each. */
export type HostName = 'a' | 'b' | 'c' | 'd';
/** Each service has an address of its own on host A, so that the way to one can be cut and the others stay. */
export type ServiceName = 'postgres' | 'temporal' | 'store';

export interface Network {
  /** Address of a host; A is reached at `services`. */
  hosts: Record<Exclude<HostName, 'a'> | 'us', string>;
  services: Record<ServiceName, string>;
  namespace(host: HostName): string;
  /** A command that runs its arguments on a host, with that host's name. It execs, so the pid is the program's; the kernel kills the
   *  program when this process dies. */
  on(host: HostName): string[];
  /** The same, with the host's own process ids: when its first process ends, everything that it started ends. The pid is not the program's. */
  alone(host: HostName): string[];
  /** Silently drops every packet between a host, or this process, and services of A, in both directions. Nobody is told: no reset, no unreachable. */
  cut(host: Exclude<HostName, 'a'> | 'us', services: readonly ServiceName[]): void;
  heal(): void;
  /** Delay and loss of everything that a host sends. @throws Error where the kernel has no netem */
  disturb(host: HostName, how: { delay: string; jitter: string; loss: string }): void;
  remove(): void;
}

/** For benchmarks of networks (RFC 2544): never a real one's. Each test process takes one /24 of it, each host a /28. */
const BLOCKS = 512;
const HOSTS: readonly HostName[] = ['a', 'b', 'c', 'd'];
const SERVICES: readonly ServiceName[] = ['postgres', 'temporal', 'store'];

/** Builds the hosts and the router between them. This process gets an address too, to look on. */
export function buildNetwork(): Network {
  sweepLeftovers();
  const block = freeBlock();
  const router = namespaceName('r');
  const inRouter = (...args: string[]) => ip('-n', router, ...args);
  const cuts: string[][] = [];
  const services = {
    postgres: `${block}.2`,
    temporal: `${block}.3`,
    store: `${block}.4`,
  };
  const hosts = { b: `${block}.18`, c: `${block}.34`, d: `${block}.50`, us: `${block}.66` };
  const remove = (): void => {
    for (const letter of [...HOSTS, 'r']) removeNamespace(namespaceName(letter));
  };
  try {
    addNamespace(router);
    ip('netns', 'exec', router, 'sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward');
    HOSTS.forEach((host, index) => {
      const addresses = host === 'a' ? Object.values(services) : [hosts[host]];
      addNamespace(namespaceName(host));
      link(namespaceName(host), router, host, addresses, `${block}.${index * 16 + 1}`);
      ip('-n', namespaceName(host), 'route', 'add', 'default', 'via', `${block}.${index * 16 + 1}`);
    });
    link(undefined, router, 't', [hosts.us], `${block}.65`);
    ip('route', 'add', `${block}.0/24`, 'via', `${block}.65`);
  } catch (error) {
    remove();
    throw error;
  }
  return {
    hosts,
    services,
    namespace: namespaceName,
    on: (host) => [...enter(host), '--uts', ...named(host)],
    alone: (host) => [...enter(host), '--uts', '--pid', '--fork', '--mount-proc', '--kill-child=KILL', ...named(host)],
    cut(host, names) {
      for (const name of names) {
        const [there, back] = [hosts[host], services[name]];
        cuts.push(['from', there, 'to', back, 'blackhole'], ['from', back, 'to', there, 'blackhole']);
        for (const rule of cuts.slice(-2)) inRouter('rule', 'add', ...rule);
      }
    },
    heal() {
      for (const rule of cuts.splice(0)) inRouter('rule', 'delete', ...rule);
    },
    disturb(host, { delay, jitter, loss }) {
      const netem = ['netem', 'delay', delay, jitter, 'loss', loss];
      ip('netns', 'exec', namespaceName(host), 'tc', 'qdisc', 'replace', 'dev', namespaceName(host), 'root', ...netem);
    },
    remove,
  };
}

const enter = (host: HostName): string[] => [
  ...['setpriv', '--pdeathsig', 'KILL'],
  ...['ip', 'netns', 'exec', namespaceName(host), 'unshare'],
];
const named = (host: HostName): string[] => ['sh', '-c', 'hostname "$0" && exec "$@"', `host-${host}`];

export const ALL_SERVICES = SERVICES;

function addNamespace(name: string): void {
  ip('netns', 'add', name);
  ip('-n', name, 'link', 'set', 'lo', 'up');
}

/** A pair of interfaces between a host (or this process) and the router. */
function link(namespace: string | undefined, router: string, letter: string, addresses: string[], gateway: string): void {
  const end = namespaceName(letter);
  const inHost = (...args: string[]) => ip(...(namespace ? ['-n', namespace] : []), ...args);
  ip('-n', router, 'link', 'add', `${end}r`, 'type', 'veth', 'peer', 'name', end);
  ip('-n', router, 'link', 'set', end, 'netns', namespace ?? String(process.pid));
  for (const address of addresses) inHost('address', 'add', `${address}/28`, 'dev', end);
  inHost('link', 'set', end, 'up');
  ip('-n', router, 'address', 'add', `${gateway}/28`, 'dev', `${end}r`);
  ip('-n', router, 'link', 'set', `${end}r`, 'up');
}

function freeBlock(): string {
  const taken = ip('route', 'show');
  for (let count = 0; count < BLOCKS; count++) {
    const index = (process.pid + count) % BLOCKS;
    const block = `198.${18 + (index >> 8)}.${index & 255}`;
    if (!taken.includes(`${block}.0/24`)) return block;
  }
  throw new Error('a /24 of 198.18.0.0/15 must be free');
}

/** Whether the kernel can delay and drop packets at random. */
export function hasNetem(): boolean {
  const probe = namespaceName('p');
  try {
    addNamespace(probe);
    ip('netns', 'exec', probe, 'tc', 'qdisc', 'add', 'dev', 'lo', 'root', 'netem', 'delay', '1ms');
    return true;
  } catch {
    return false;
  } finally {
    removeNamespace(probe);
  }
}
