import { type Command, Option } from 'commander';
import type { Invoke } from './invoke.ts';

export function addServiceCommands(program: Command, invoke: Invoke): void {
  program
    .command('up')
    .description('start the embedded services (Postgres, Temporal, worker, API) of this home')
    .option('--foreground', 'stay here until Ctrl-C or SIGTERM, which ends them')
    // What happens anyway, for scripts that say so.
    .addOption(new Option('--detach').conflicts('foreground').hideHelp())
    .action(invoke(async () => (await import('../commands/up.ts')).up));
  program
    .command('down')
    .description('stop the services of this home; runs go on after the next `up`')
    .action(invoke(async () => (await import('../commands/down.ts')).down));
  program
    .command('status')
    .description('what runs in this home, and where; the workers, and what they have in hand')
    .action(invoke(async () => (await import('../commands/status.ts')).status));
  program
    .command('migrate')
    .description('connected mode: bring the database of DATABASE_URL up to date; `up` does so itself')
    .action(invoke(async () => (await import('../commands/migrate.ts')).migrate));
  program
    .command('worker')
    .description('connected mode: a worker for the task queues of this machine (TEMPORAL_ADDRESS, DATABASE_URL, STORE_URL)')
    .action(invoke(async () => (await import('../commands/worker.ts')).worker));
  program
    .command('api')
    .description('connected mode: the API server (TEMPORAL_ADDRESS, DATABASE_URL, STORE_URL)')
    .action(invoke(async () => (await import('../commands/api.ts')).api));
}
