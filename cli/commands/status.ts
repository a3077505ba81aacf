import { resolveConfig } from '../../infra/config.ts';
import { status as readStatus } from '../../infra/supervisor/status.ts';
import type { CommandContext } from '../command-context.ts';
import { servicesReport } from '../report/services-report.ts';
import { table } from '../terminal/table.ts';

/** What runs in this home. Exit code 0 when the services are up and answer. */
export async function status(context: CommandContext): Promise<number> {
  const { services, ...now } = await readStatus(resolveConfig(context.env, context.cwd));
  const good = now.phase === 'up' && now.healthy;
  if (context.json) {
    context.print(JSON.stringify({ ...now, ...(services ? { services: JSON.parse(servicesReport(services, true)) } : {}) }));
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
  if (!good) context.note('hint: hopline up');
  return good ? 0 : 1;
}
