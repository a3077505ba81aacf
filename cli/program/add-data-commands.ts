import { type Command, Option } from 'commander';
import { collectOption } from '../options/collect-option.ts';
import { durationOption } from '../options/duration-option.ts';
import { integerOption } from '../options/integer-option.ts';
import { PICTURE_MODES } from '../terminal/picture-mode.ts';
import type { Invoke } from './invoke.ts';

export function addDataCommands(program: Command, invoke: Invoke): void {
  program
    .command('lineage')
    .argument('<sample>', 'sample key, or at least 8 characters of its beginning')
    .description('where a sample comes from, why it was kept; or what depends on it')
    .option('--down', 'from a sample to what was made of it, what it trained, and the metrics')
    .addOption(new Option('--depth <n>', 'how many generator calls far').argParser(integerOption(1, 100)).default(20))
    .addOption(
      new Option('--pictures <how>', 'drawn in the terminal where it can; written as files where it can’t')
        .choices(['auto', ...PICTURE_MODES])
        .default('auto'),
    )
    .action(invoke(async () => (await import('../commands/lineage.ts')).lineage));

  const data = program.command('data').description('registered datasets');
  data
    .command('add')
    .argument('<name>')
    .description('register a dataset, or a new version of it')
    .requiredOption('--reader <reader>', 'how its files are read: a reader of the project')
    .option('--from <dir>', 'the folder to read; readers that make their own data need none')
    .addOption(
      new Option('--set <name=value>', "one of the reader's params; may be repeated")
        .argParser(collectOption)
        .default([], 'none'),
    )
    .addOption(new Option('--seed <n>', 'for readers that draw random numbers').argParser(integerOption(0, 2_147_483_647)))
    .action(invoke(async () => (await import('../commands/data-add.ts')).dataAdd));
  data
    .command('ls')
    .argument('[name]', 'all versions of this name, with whole digests; default: the latest of each')
    .description('list them')
    .action(invoke(async () => (await import('../commands/data-ls.ts')).dataLs));

  const models = program.command('models').description('registered models');
  models
    .command('add')
    .argument('<name>')
    .description("register a model: a folder of files that one of the project's adapters understands")
    .option('--adapter <adapter>', 'which adapter; default: what its model.json or the look of the folder says')
    .requiredOption('--from <dir>', 'the folder')
    .action(invoke(async () => (await import('../commands/models-add.ts')).modelsAdd));
  models
    .command('ls')
    .argument('[name]', 'all versions of this name, with whole digests; default: the latest of each')
    .description('list them')
    .action(invoke(async () => (await import('../commands/models-ls.ts')).modelsLs));
  models
    .command('show')
    .argument('<name>')
    .description('what it is, whence, and its files')
    .option('--digest <digest>', 'a version; default: the latest')
    .action(invoke(async () => (await import('../commands/models-show.ts')).modelsShow));
  models
    .command('verify')
    .argument('[name]', 'default: all')
    .description('read its files from the store again and compare them with their digests')
    .action(invoke(async () => (await import('../commands/models-verify.ts')).modelsVerify));

  program
    .command('gc')
    .description('delete from the store what no run, model or dataset refers to; safe beside running runs')
    .option('--dry-run', 'name it, delete nothing')
    .addOption(
      new Option('--older-than <time>', 'leave alone what was put within this time: 90s, 30m, 24h, 7d')
        .argParser(durationOption)
        .default(86_400_000, '24h'),
    )
    .action(invoke(async () => (await import('../commands/gc.ts')).gc));

  program
    .command('demo')
    .description('MI2RAGE on a small procedural world: three seeds, one table, the story of two samples')
    .option('--exit', 'stop the services at the end, as without a terminal')
    .action(invoke(async () => (await import('../commands/demo.ts')).demo));
}
