import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { processesOf } from './home-processes.ts';

/** Ends the processes that a programme has left running below its folder, and takes its small disks away. Nothing of a programme that was killed
 *  may meet the next one. */
export function endEarlierLife(folder: string): void {
  for (const { pid } of processesOf(folder)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // gone meanwhile
    }
  }
  for (const disk of disksBelow(folder)) execFileSync('umount', ['-l', disk], { stdio: 'pipe' });
}

function disksBelow(folder: string): string[] {
  return readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([device, path]) => device === 'hopline-faults' && path?.startsWith(`${folder}/`))
    .map(([, path]) => path!);
}
