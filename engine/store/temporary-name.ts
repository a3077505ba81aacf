import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';

/** The name of a file that is still being written: it says by which process of which machine, so that a later life can tell leftovers. */
export function temporaryName(): string {
  return `${machine()}.${process.pid}.${randomBytes(6).toString('hex')}.part`;
}

/** Whether the process that was writing this file is gone. Files of other machines are left alone: their processes can't be seen from here. */
export function isLeftover(name: string): boolean {
  const match = /^(.+)\.(\d+)\.[0-9a-f]{12}\.part$/.exec(name);
  if (!match || match[1] !== machine()) return false;
  return !isAlive(Number(match[2]));
}

const machine = (): string => hostname().replace(/[^\w-]/g, '-');

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
