import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second: 100 on every Linux that Node runs on. */
const TICKS = 100;

interface Stat {
  parent: number;
  /** Own time and that of children that were waited for. */
  seconds: number;
}

/** CPU of the processes that were started with HOPLINE_HOME=`home`, of their descendants, and of the commands that this process ran. */
export function processTreeCpu(home: string): { seconds: number; pids: number[] } {
  const stats = new Map<number, Stat>();
  for (const entry of readdirSync('/proc')) if (/^\d+$/.test(entry)) readStat(Number(entry), stats);
  const mine = new Set([...stats.keys()].filter((pid) => pid !== process.pid && startedWith(pid, `HOPLINE_HOME=${home}`)));
  for (let grown = true; grown; ) {
    grown = false;
    for (const [pid, { parent }] of stats) {
      if (mine.has(pid) || !mine.has(parent)) continue;
      mine.add(pid);
      grown = true;
    }
  }
  const commands = childrenOf(process.pid);
  return { seconds: [...mine].reduce((sum, pid) => sum + stats.get(pid)!.seconds, commands), pids: [...mine] };
}

function readStat(pid: number, into: Map<number, Stat>): void {
  const fields = fieldsOf(pid);
  if (fields) into.set(pid, { parent: Number(fields[1]), seconds: sum(fields, 11, 15) });
}

const childrenOf = (pid: number): number => sum(fieldsOf(pid)!, 13, 15);
const sum = (fields: string[], from: number, to: number): number =>
  fields.slice(from, to).reduce((total, ticks) => total + Number(ticks), 0) / TICKS;

/** What stands after the command's name: state, ppid, ... utime is the 12th, cstime the 15th. */
function fieldsOf(pid: number): string[] | null {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
  } catch {
    return null;
  }
}

function startedWith(pid: number, variable: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(variable);
  } catch {
    return false;
  }
}
