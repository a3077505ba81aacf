import { readFileSync } from 'node:fs';

/** CPU seconds so far by what a process is for. Processes that have ended are in none. */
export function cpuByProcess(pids: readonly number[]): Record<string, number> {
  const seconds: Record<string, number> = {};
  for (const pid of pids) {
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
      const name = nameOf(readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
      // utime and stime in ticks of 10 ms.
      seconds[name] = (seconds[name] ?? 0) + (Number(fields[11]) + Number(fields[12])) / 100;
    } catch {
      // It has just ended.
    }
  }
  return seconds;
}

/** What was spent between two looks. */
export function spentBetween(before: Record<string, number>, after: Record<string, number>): Record<string, number> {
  const spent = Object.entries(after).map(([name, seconds]) => [name, Math.round((seconds - (before[name] ?? 0)) * 100) / 100]);
  return Object.fromEntries(spent.filter(([, seconds]) => seconds !== 0));
}

function nameOf(command: string): string {
  const known = {
    'worker-main': 'worker',
    'host-main': 'device host',
    'server-main': 'api',
    'start-dev': 'temporal',
    postgres: 'postgres',
  };
  return Object.entries(known).find(([mark]) => command.includes(mark))?.[1] ?? 'supervisor';
}
