/** The fault programme: `npm run faults -- --kills 200 --seed 7`. See README.md. */
import { describeError } from '../../engine/plan/errors.ts';
import { endEarlierLife } from './end-earlier-life.ts';
import { faultsTable } from './faults-table.ts';
import { programmeOptions } from './options.ts';
import { Programme } from './programme.ts';

try {
  const options = programmeOptions(process.argv.slice(2), process.cwd());
  const leave = (): never => {
    endEarlierLife(options.home);
    console.log('ended; go on with --resume');
    process.exit(130);
  };
  process.once('SIGINT', leave);
  process.once('SIGTERM', leave);
  const programme = new Programme(options, (line) => console.log(line));
  const result = await programme.run();
  console.log(`\n${faultsTable(result)}\nresults: ${programme.resultsPath}`);
  const failed = result.schedules.some(({ failures }) => failures.length > 0);
  process.exit(failed ? 1 : 0);
} catch (error) {
  console.error(describeError(error));
  process.exit((error as { code?: string }).code === 'FAULTS_USAGE' ? 2 : 1);
}
