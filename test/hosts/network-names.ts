import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Everything that a test leaves on the machine carries the pid of its process, so that the next one knows what nobody needs any more. */
const OURS = /^hl(\d+)[a-z]$/;
const FOLDER = /^hopline-hosts-(\d+)-/;

export const namespaceName = (letter: string): string => `hl${process.pid}${letter}`;
export const folderPrefix = (): string => join(tmpdir(), `hopline-hosts-${process.pid}-`);

/** Runs `ip` and returns what it printed. @throws Error with what it said */
export function ip(...args: string[]): string {
  return execFileSync('ip', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Ends every process in a namespace and removes it; its interfaces, routes and rules go with it. Safe to call when there is none. */
export function removeNamespace(name: string): void {
  if (!existsSync(`/run/netns/${name}`)) return;
  for (const pid of ip('netns', 'pids', name).split('\n').filter(Boolean)) kill(Number(pid));
  // The kernel takes a namespace down some time later; our end of the router's link, and its route, go now.
  const ourEnd = `${name.slice(0, -1)}t`;
  if (name.endsWith('r') && existsSync(`/sys/class/net/${ourEnd}`)) ip('link', 'delete', ourEnd);
  ip('netns', 'delete', name);
}

/** Removes what processes left that were killed before they could. */
export function sweepLeftovers(): void {
  const dead = (name: string, pattern: RegExp): boolean => {
    const pid = pattern.exec(name)?.[1];
    return pid !== undefined && !existsSync(`/proc/${pid}`);
  };
  if (existsSync('/run/netns')) for (const name of readdirSync('/run/netns')) if (dead(name, OURS)) removeNamespace(name);
  for (const name of readdirSync(tmpdir()))
    if (dead(name, FOLDER)) rmSync(join(tmpdir(), name), { recursive: true, force: true });
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It went by itself.
  }
}
