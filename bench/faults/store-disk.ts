import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hostsOf, pidOf } from './home-processes.ts';

const MEGABYTE = 1024 * 1024;
/** What the disk has beside what is on it when it is made. */
const ROOM = 96 * MEGABYTE;

/** The disk that a home's store lies on. As root a small tmpfs, which can be full; elsewhere device hosts are forbidden to write (RLIMIT_FSIZE). */
export class StoreDisk {
  readonly #home: string;
  readonly #store: string;
  #mounted = false;

  constructor(home: string) {
    this.#home = home;
    this.#store = join(home, 'store');
  }

  /** Moves the store onto a disk of its own. Says why when it can't. */
  makeSmall(say: (line: string) => void): void {
    mkdirSync(this.#store, { recursive: true });
    const aside = `${this.#store}.aside`;
    try {
      renameSync(this.#store, aside);
      mkdirSync(this.#store);
      const used = Number(execFileSync('du', ['-sb', aside], { encoding: 'utf8' }).split('\t')[0]);
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${used + ROOM},mode=755`, 'hopline-faults', this.#store], {
        stdio: 'pipe',
      });
      this.#mounted = true;
      execFileSync('cp', ['-a', `${aside}/.`, this.#store]);
      rmSync(aside, { recursive: true });
    } catch (error) {
      this.#mounted = false;
      rmSync(this.#store, { recursive: true, force: true });
      renameSync(aside, this.#store);
      say(
        `no disk of its own for the store (${(error as Error).message.split('\n')[0]}): RLIMIT_FSIZE of the device hosts is used`,
      );
    }
  }

  /** Full for `hold` milliseconds. False where nobody could be kept from writing. */
  async fill(hold: number): Promise<boolean> {
    return this.#mounted ? this.#fillUp(hold) : this.#forbid(hold);
  }

  unmount(): void {
    if (!this.#mounted) return;
    execFileSync('umount', ['-l', this.#store], { stdio: 'pipe' });
    this.#mounted = false;
  }

  async #fillUp(hold: number): Promise<boolean> {
    const filler = join(this.#store, 'filler');
    const file = openSync(filler, 'w');
    try {
      for (let size = MEGABYTE; size >= 1; ) {
        try {
          writeSync(file, Buffer.alloc(size));
        } catch {
          size = size > 4096 ? Math.floor(size / 16) : 0;
        }
      }
      await sleep(hold);
    } finally {
      closeSync(file);
      rmSync(filler, { force: true });
    }
    return true;
  }

  async #forbid(hold: number): Promise<boolean> {
    const worker = pidOf(this.#home, 'worker');
    const hosts = worker === undefined ? [] : hostsOf(worker);
    const limit = (value: string): void => {
      for (const pid of hosts) {
        if (!existsSync(`/proc/${pid}`)) continue;
        execFileSync('prlimit', ['--pid', String(pid), `--fsize=${value}:unlimited`], { stdio: 'pipe' });
      }
    };
    if (hosts.length === 0) return false;
    limit('0');
    await sleep(hold);
    limit('unlimited');
    return true;
  }
}
