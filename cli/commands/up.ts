import { resolveConfig } from '../../infra/config.ts';
import { up as startServices } from '../../infra/supervisor/up.ts';
import type { CommandContext } from '../command-context.ts';
import { servicesReport } from '../report/services-report.ts';

/** Brings the services up and returns, so that the next command can follow: `hopline up && hopline resume RUN`. With `--foreground` it
 *  supervises them until Ctrl-C. */
export async function up(context: CommandContext, { foreground = false }: { foreground?: boolean }): Promise<number> {
  const running = await startServices(resolveConfig(context.env, context.cwd), {
    detach: !foreground,
    onLine: context.note,
  });
  context.print(servicesReport(running.services, context.json));
  if (running.alreadyUp) context.note('they were up already: hopline down ends them');
  if (!foreground || running.alreadyUp) return 0;
  context.note('Ctrl-C ends them; runs go on after the next `hopline up`');
  await running.finished();
  return 0;
}
