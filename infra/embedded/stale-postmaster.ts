import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { identityOf } from '../../engine/recovery/process-identity.ts';
import { endProcess } from '../process/end-process.ts';

/** Above every Linux and macOS pid: nobody is ever behind it. */
const NO_PID = 4_194_305;

/** Makes a data directory startable after an earlier life's sudden end. A Postgres that still runs on it is ended. A pid that is
 *  dead, a zombie that nobody reaps, or somebody else's by now (after a reboot, or in a container, where pids are small) is made
 *  impossible, because Postgres would refuse to start for the last two. The file itself stays: Postgres reads there which shared
 *  memory to look at before it takes the directory over. */
export async function clearStalePostmaster(data: string): Promise<'none' | 'ended' | 'stale'> {
  const path = `${data}/postmaster.pid`;
  const lines = readLines(path);
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return 'none';
  const owner = identityOf(pid);
  if (owner && isPostmasterOf(pid, data)) {
    await endProcess(owner, { signal: 'SIGINT', grace: 20_000 });
    if (!existsSync(path)) return 'ended';
  }
  writeFileSync(path, [NO_PID, ...lines.slice(1)].join('\n'));
  return 'stale';
}

function isPostmasterOf(pid: number, data: string): boolean {
  try {
    const command =
      process.platform === 'linux'
        ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
        : execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
    return command.includes('postgres') && (command.includes(data) || workingFolder(pid) === data);
  } catch {
    return false;
  }
}

function workingFolder(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n');
  } catch {
    return [];
  }
}
