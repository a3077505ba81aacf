import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { Reader } from '../engine/plan/project.ts';
import { closeServices, openServices } from '../engine/runs/index.ts';
import { registerDataset } from '../engine/runs/register-dataset.ts';
import { servicesEnv } from '../infra/supervisor/services.ts';
import { readState } from '../infra/supervisor/state-file.ts';

/** Hopline as a user types it: `bin/hopline.js`, its own services, nothing of the engine but what registers a dataset. */
const HERE = dirname(fileURLToPath(import.meta.url));
const HOPLINE = join(HERE, '../bin/hopline.js');
const PROJECT = join(HERE, 'toy-project');
export const LONG = 400_000;

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export class Home {
  readonly path = mkdtempSync(join(tmpdir(), 'hopline-command-'));
  readonly log = join(this.path, 'toy.log');

  /** For every command from now on. */
  readonly env: NodeJS.ProcessEnv = {};
  readonly project: string;

  /** @param project the folder of its `hopline.config.ts`, where commands are typed */
  constructor(project = PROJECT) {
    this.project = project;
  }

  start(args: string[]): { child: ChildProcess; ended: Promise<Ended> } {
    const env = {
      ...process.env,
      // Colours are switched on where CI is set.
      NO_COLOR: '1',
      HOPLINE_HOME: this.path,
      HOPLINE_PROJECT: this.project,
      TOY_LOG: this.log,
      HOPLINE_DEVICES: 'cpu:0',
      ...this.env,
    };
    const child = spawn(process.execPath, [HOPLINE, ...args], { cwd: this.project, env });
    // A checkout whose sources have changed builds its programs first, and says so: `set-up: ...`.
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (text) => (stdout += text));
    child.stderr.on('data', (text) => (stderr += text));
    const ended = new Promise<Ended>((resolve) =>
      child.once('close', (code) => resolve({ code, stdout, stderr: stderr.replace(/^set-up: .*\n/gm, '') })),
    );
    return { child, ended };
  }

  hopline(...args: string[]): Promise<Ended> {
    return this.start(args).ended;
  }

  /** The JSON that a command prints last. It must succeed unless told otherwise. */
  async json<T>(args: string[], code = 0): Promise<T> {
    const ended = await this.hopline(...args, '--json');
    expect(ended.code, `${args.join(' ')}: ${ended.stderr}`).toBe(code);
    return JSON.parse(ended.stdout.trim().split('\n').at(-1)!) as T;
  }

  async up(): Promise<void> {
    expect(await this.hopline('up')).toMatchObject({ code: 0 });
  }

  async register(count: number): Promise<void> {
    const reader: Reader = {
      name: 'inline',
      description: 'texts of a test',
      async *read() {
        for (let row = 0; row < count; row++)
          yield { id: `row-${row}`, group: `row-${row}`, text: `text number ${row}`, meta: {} };
      },
    };
    const services = await openServices(servicesEnv(readState(this.path)!.services!), { cwd: PROJECT });
    try {
      await registerDataset(services, { name: 'toy', reader });
    } finally {
      await closeServices(services);
    }
  }

  /** Lines that the steps left: one for each batch that was executed. */
  executed(since = 0): string[] {
    return existsSync(this.log) ? readFileSync(this.log, 'utf8').split('\n').filter(Boolean).slice(since) : [];
  }

  async until(what: () => boolean | Promise<boolean>): Promise<void> {
    for (const end = Date.now() + LONG; !(await what()); await sleep(50)) if (Date.now() > end) throw new Error(`never: ${what}`);
  }

  /** Every process that was told of this home: supervisor, Postgres, Temporal, worker, device hosts, API, commands. */
  killEverything(): number {
    const ours = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && this.#knows(pid));
    for (const pid of ours) {
      try {
        process.kill(Number(pid), 'SIGKILL');
      } catch {
        // it has ended meanwhile
      }
    }
    return ours.length;
  }

  #knows(pid: string): boolean {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
      return (
        environment.includes(`HOPLINE_HOME=${this.path}`) || readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(this.path)
      );
    } catch {
      return false;
    }
  }

  async remove(): Promise<void> {
    await this.hopline('down');
    rmSync(this.path, { recursive: true, force: true });
  }
}

export interface Result {
  runId: string;
  state: string;
  rootDigest: string | null;
  error?: { code: string; message: string };
}
export interface Shown extends Result {
  parentRunId: string | null;
  remake: string[];
  executions: { number: number; reason: string; codeRevision: string }[];
  attempts: {
    attempts: Record<string, number>;
    tasks: Record<string, number>;
    tasksCommittedTwice: number;
    tasksStartedAfterCommit: number;
  };
}
