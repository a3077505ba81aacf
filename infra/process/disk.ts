import { accessSync, constants, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { HoplineError } from '../../engine/plan/errors.ts';

/** Whether an error or a log speaks of a full disk or quota. */
export function isDiskFull(what: unknown): boolean {
  const text = what instanceof Error ? `${(what as NodeJS.ErrnoException).code} ${what.message}` : String(what);
  return /ENOSPC|EDQUOT|no space left on device|disk quota exceeded|database or disk is full/i.test(text);
}

/** Makes the home and proves that it can be written to, before anything is started.
 *  @throws HOME_UNWRITABLE, DISK_FULL */
export function ensureWritableHome(home: string): void {
  const trial = `${home}/run/.write-trial.${process.pid}`;
  try {
    mkdirSync(`${home}/run`, { recursive: true });
    mkdirSync(`${home}/logs`, { recursive: true });
    accessSync(home, constants.W_OK | constants.X_OK);
    writeFileSync(trial, Buffer.alloc(4096));
    rmSync(trial);
  } catch (error) {
    if (isDiskFull(error)) rmSync(trial, { force: true });
    const reason = error instanceof Error ? error.message : String(error);
    if (isDiskFull(error))
      throw new HoplineError('DISK_FULL', `home must have space, got: ${home}: ${reason}`, {
        hint: 'free some space, or set HOPLINE_HOME to another disk',
      });
    throw new HoplineError('HOME_UNWRITABLE', `home must be a folder that can be written to, got: ${home}: ${reason}`, {
      hint: 'set HOPLINE_HOME to a folder of yours, or change its owner',
    });
  }
}
