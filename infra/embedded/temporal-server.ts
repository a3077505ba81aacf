import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { type Child, startChild } from '../process/child.ts';
import type { EndOptions } from '../process/end-process.ts';
import { freePort } from '../process/free-port.ts';
import { leashed } from '../process/leash.ts';
import { tcpRefusal } from '../process/tcp-refusal.ts';
import { waitReady } from '../process/wait-ready.ts';
import { temporalBinary } from './temporal-binary.ts';
import { answersFor } from './temporal-ready.ts';
import { settingFlags, type TemporalSettings } from './temporal-settings.ts';

export interface TemporalOptions {
  home: string;
  /** Made when missing. Default "default". */
  namespace?: string;
  /** Taken when it is free. */
  preferredPort?: number;
  /** The only port that will do: a restart, whose clients know the address. */
  port?: number;
  /** False for throw-away servers of tests: ended by SIGKILL, which saves a second. Default true. */
  durable?: boolean;
  /** See `leashed`. Default false. */
  endsWithUs?: boolean;
  /** Told what takes long (building the binary). */
  onLine?: (line: string) => void;
  signal?: AbortSignal;
  /** Dynamic configuration beside ours, for tests of limits. */
  settings?: TemporalSettings;
}

export interface TemporalServer {
  child: Child;
  port: number;
  temporalAddress: string;
}

/** Starts the home's Temporal development server on loopback with its file database, and returns when it answers.
 *  @throws TEMPORAL_BINARY_MISSING, TEMPORAL_START_FAILED, DISK_FULL */
export async function startTemporal(options: TemporalOptions): Promise<TemporalServer> {
  const binary = await temporalBinary(options.onLine, options.signal);
  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await freePort(options.preferredPort));
    const child = await launch(options, binary, port);
    try {
      await answers(child, port, options);
      writeFileSync(`${databaseFolder(options.home)}/made`, '');
      return { child, port, temporalAddress: addressAt(port) };
    } catch (error) {
      await child.end();
      if (!lostPort(child) || attempt === ATTEMPTS) throw error;
    }
  }
}

const ATTEMPTS = 3;

const databaseFolder = (home: string): string => `${home}/temporal`;

const addressAt = (port: number): string => `127.0.0.1:${port}`;

/** Somebody took a port between the look for a free one and the server's bind. Of the ports that it is told, the server says so and ends
 *  with 1, as with everything that it refuses. Others it looks for by itself, and panics over them: 2 is Go's code for that. */
const lostPort = ({ exit, output }: Child): boolean =>
  exit?.code === 2 || (exit?.code === 1 && output.includes('address already in use'));

async function launch(options: TemporalOptions, binary: string, port: number): Promise<Child> {
  const { home, namespace = 'default', durable = true } = options;
  const folder = databaseFolder(home);
  discardHalfMade(folder);
  const server = { command: binary, args: await serverArguments(`${folder}/temporal.db`, port, namespace, options.settings) };
  const ending: EndOptions = durable ? { signal: 'SIGTERM', grace: 15_000 } : { signal: 'SIGKILL' };
  const program = options.endsWithUs ? leashed(server, ending.signal ?? 'SIGTERM') : server;
  return startChild({ name: 'temporal', home, ...program, ...ending });
}

/** The port first: gRPC waits a second after each refused connection. */
const answers = (child: Child, port: number, { namespace = 'default', signal }: TemporalOptions): Promise<void> =>
  waitReady(child, async () => (await tcpRefusal('127.0.0.1', port)) === undefined && answersFor(addressAt(port), namespace), {
    signal,
  });

async function serverArguments(
  database: string,
  port: number,
  namespace: string,
  settings?: TemporalSettings,
): Promise<string[]> {
  const [httpPort, metricsPort] = [await freePort(), await freePort()];
  const options = {
    ip: '127.0.0.1',
    port,
    'http-port': httpPort,
    'metrics-port': metricsPort,
    'db-filename': database,
    namespace,
    'log-level': 'warn',
    color: 'never',
  };
  // The user's own Temporal profile (addresses, keys) has no say in our server.
  const flags = ['--headless', '--disable-config-file', '--disable-config-env'];
  return [
    'server',
    'start-dev',
    ...flags,
    ...Object.entries(options).map(([name, value]) => `--${name}=${value}`),
    ...settingFlags(settings),
  ];
}

/** The server makes its schema only when the file is missing; a first start that was cut off leaves a file with half of it.
 *  Nothing can have been stored before the first start was ready, so such a file is thrown away. */
function discardHalfMade(folder: string): void {
  if (!existsSync(`${folder}/made`)) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
}
