import { resolveConfig } from '../../infra/config.ts';
import type { Services } from '../../infra/supervisor/services.ts';
import { status as readStatus } from '../../infra/supervisor/status.ts';
import { ApiClient } from '../client/api-client.ts';
import type { CommandContext } from '../command-context.ts';
import { type Worker, workers } from '../operations/workers.ts';
import { servicesReport } from '../report/services-report.ts';
import { workersTable } from '../report/workers-table.ts';
import { table } from '../terminal/table.ts';

/** What runs in this home, and who works. Exit code 0 when the services are up and answer. */
export async function status(context: CommandContext): Promise<number> {
  const { services, ...now } = await readStatus(resolveConfig(context.env, context.cwd));
  const good = now.phase === 'up' && now.healthy;
  const working = await liveWorkers(context, now.healthy ? services : undefined);
  if (context.json) {
    context.print(
      JSON.stringify({ ...now, ...(services ? { services: JSON.parse(servicesReport(services, true)) } : {}), workers: working }),
    );
    return good ? 0 : 1;
  }
  context.print(
    `${now.phase}${now.phase === 'up' && !now.healthy ? ', but the API does not answer' : ''}${now.since ? ` since ${now.since}` : ''}`,
  );
  if (services) context.print(servicesReport(services, false));
  if (now.processes.length > 0) {
    const rows = now.processes.map(({ name, state, pid, restarts, lastEnd }) => [
      name,
      state,
      String(pid ?? '-'),
      String(restarts),
      lastEnd ?? '',
    ]);
    context.print(
      `\n${table([{ title: 'process' }, { title: 'state' }, { title: 'pid', align: 'right' }, { title: 'restarts', align: 'right' }, { title: 'last end' }], rows)}`,
    );
  }
  if (working.length > 0) context.print(`\n${workersTable(working)}`);
  if (!good) context.note('hint: hopline up');
  return good ? 0 : 1;
}

/** Of the API that the environment names, else of the home's own. None while it doesn't answer. */
async function liveWorkers({ env }: CommandContext, services: Services | undefined): Promise<Worker[]> {
  const address = env.HOPLINE_API_URL
    ? { url: env.HOPLINE_API_URL, token: env.HOPLINE_TOKEN }
    : services && { url: services.apiUrl, token: services.token };
  if (!address) return [];
  const answer = await new ApiClient(address).query(workers, {}, AbortSignal.timeout(5_000)).catch(() => ({ workers: [] }));
  return answer.workers;
}
