import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Connection } from '@temporalio/client';
import { POSTGRES_ROLE } from '../../infra/embedded/postgres-cluster.ts';
import { acceptsQueries } from '../../infra/embedded/postgres-ready.ts';
import { tcpRefusal } from '../../infra/process/tcp-refusal.ts';
import type { Network } from './network.ts';
import { type HostProcess, startOnHost } from './start-on-host.ts';
import type { PostgresOnHost } from './start-postgres.ts';
import { temporalConfig } from './temporal-config.ts';
import type { TemporalPrograms } from './temporal-programs.ts';

export interface TemporalCluster {
  address: string;
  end(): Promise<void>;
}

const ROLES = ['frontend', 'history', 'matching', 'worker'] as const;
const FRONTEND_PORT = 7233;
const ALREADY_EXISTS = 6;

/** A Temporal server as a site runs it: a process for each of its four roles, its state in Postgres, with the namespace `default`. */
export async function startTemporalCluster(
  network: Network,
  folder: string,
  postgres: PostgresOnHost,
  programs: TemporalPrograms,
): Promise<TemporalCluster> {
  const address = network.services.temporal;
  const config = join(folder, 'temporal');
  mkdirSync(config, { recursive: true });
  writeFileSync(join(config, 'development.yaml'), temporalConfig(address, network.services.postgres, postgres.password, config));
  writeFileSync(join(config, 'dynamic.yaml'), DYNAMIC);
  await Promise.all((['temporal', 'visibility'] as const).map((schema) => makeSchema(network, postgres, programs, schema)));
  const started: HostProcess[] = [];
  const end = async (): Promise<void> => void (await Promise.all(started.map((role) => role.end())));
  try {
    const start = async (role: (typeof ROLES)[number]): Promise<void> => {
      const server = await startOnHost({
        name: `temporal ${role}`,
        prefix: network.on('a'),
        command: [programs.server, '--root', folder, '--config', 'temporal', '--allow-no-auth', 'start', '--service', role],
        log: join(config, `${role}.log`),
        ready: async () => role !== 'frontend' || (await tcpRefusal(address, FRONTEND_PORT, 1_000)) === undefined,
      });
      started.push(server);
    };
    // The first one writes down what the cluster is; two that do so at once meet, and one of them gives up.
    await start('frontend');
    await Promise.all(ROLES.filter((role) => role !== 'frontend').map(start));
    await registerNamespace(`${address}:${FRONTEND_PORT}`);
  } catch (error) {
    await end();
    throw error;
  }
  return { address: `${address}:${FRONTEND_PORT}`, end };
}

/** As in infra/embedded: without it every step of a chain waits 50 ms. */
const DYNAMIC = `history.transferProcessorMaxPollRPS:
  - value: 2000
`;

async function makeSchema(
  network: Network,
  postgres: PostgresOnHost,
  { sql, schemas }: TemporalPrograms,
  schema: 'temporal' | 'visibility',
): Promise<void> {
  const database = schema === 'temporal' ? 'temporal' : 'temporal_visibility';
  await acceptsQueries(postgres.url(database));
  const [command, ...prefix] = network.on('a');
  const server = ['--endpoint', network.services.postgres, '--port', '5432', '--user', POSTGRES_ROLE, '--plugin', 'postgres12'];
  const tool = (...args: string[]) =>
    promisify(execFile)(command!, [...prefix, sql, ...server, '--database', database, ...args], {
      env: { ...process.env, SQL_PASSWORD: postgres.password },
    });
  await tool('setup-schema', '--version', '0.0');
  await tool('update-schema', '--schema-dir', join(schemas, schema, 'versioned'));
}

/** Registered, and known to every role: the first workflow needs it. */
async function registerNamespace(address: string): Promise<void> {
  for (const until = Date.now() + 60_000; ; await sleep(250)) {
    try {
      const connection = await Connection.connect({ address, connectTimeout: 5_000 });
      try {
        await connection.workflowService
          .registerNamespace({ namespace: 'default', workflowExecutionRetentionPeriod: { seconds: 86_400 } as never })
          .catch((error: { code?: number }) => {
            if (error.code !== ALREADY_EXISTS) throw error;
          });
        await connection.workflowService.listOpenWorkflowExecutions({ namespace: 'default', maximumPageSize: 1 });
        return;
      } finally {
        await connection.close();
      }
    } catch (error) {
      if (Date.now() > until) throw error;
    }
  }
}
