import { writeFileSync } from 'node:fs';
import { describeError } from '../../engine/plan/errors.ts';
import { temporalBinary } from './temporal-binary.ts';

/** The set-up's step: finds or gets the Temporal program and writes its path into the file that is named. */
try {
  writeFileSync(process.argv[2] as string, await temporalBinary((line) => console.log(`set-up: ${line}`)));
} catch (error) {
  console.error(describeError(error));
  process.exitCode = 1;
}
