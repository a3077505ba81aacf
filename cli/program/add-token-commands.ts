import { type Command, Option } from 'commander';
import { expiryOption } from '../options/expiry-option.ts';
import type { Invoke } from './invoke.ts';

export function addTokenCommands(program: Command, invoke: Invoke): void {
  const token = program.command('token').description('who may ask the API for what');
  token
    .command('create')
    .description('make a token, and print its secret this once')
    .requiredOption('--name <name>', 'what it is for')
    .addOption(
      new Option('--scope <scope>', 'read: ask; operate: also launch and control runs; admin: also make tokens')
        .choices(['read', 'operate', 'admin'])
        .default('read'),
    )
    .option('--project <name>', 'the only project that it sees; default: all')
    .addOption(
      new Option('--expires <time>', 'when it ends: 90s, 30m, 24h, 30d, or never')
        .argParser(expiryOption)
        .default(2_592_000_000, '30d'),
    )
    .action(invoke(async () => (await import('../commands/token-create.ts')).tokenCreate));
  token
    .command('ls')
    .description('list them, also those that have ended')
    .action(invoke(async () => (await import('../commands/token-ls.ts')).tokenLs));
  token
    .command('revoke')
    .argument('<token>', 'its number, as `token ls` shows it')
    .description('end a token for good')
    .action(invoke(async () => (await import('../commands/token-revoke.ts')).tokenRevoke));
}
