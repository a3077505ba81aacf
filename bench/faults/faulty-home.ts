import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ApiClient } from '../../cli/client/api-client.ts';
import type { Services } from '../../infra/supervisor/services.ts';
import { readState } from '../../infra/supervisor/state-file.ts';
import { FaultFolder } from './fault-folder.ts';
import { processesOf } from './home-processes.ts';
import { hoplineCommand } from './hopline-command.ts';
import type { Work } from './work.ts';

export interface FaultyHomeOptions {
  /** Everything of it lies here: `home/`, `faults/`, `log`. */
  folder: string;
  work: Work;
  /** Beside what the fault build needs: the store, the heartbeat. */
  env: NodeJS.ProcessEnv;
}

/** A home whose processes are the fault build: from TypeScript sources, with crash points. Used through the `hopline` command and the API. */
export class FaultyHome {
  readonly path: string;
  readonly faults: FaultFolder;
  readonly env: NodeJS.ProcessEnv;
  /** Where commands and workers run. */
  readonly project: string;
  readonly #folder: string;

  constructor({ folder, work, env }: FaultyHomeOptions) {
    this.#folder = folder;
    this.project = work.project;
    this.path = join(folder, 'home');
    mkdirSync(this.path, { recursive: true });
    this.faults = new FaultFolder(join(folder, 'faults'));
    this.env = {
      ...process.env,
      HOPLINE_DEVICES: 'cpu:0,cpu:1',
      // Short slices: more leases, commits and releases to strike between.
      HOPLINE_SLICE_SECONDS: '1',
      ...env,
      HOPLINE_HOME: this.path,
      HOPLINE_FAULTS: this.faults.path,
    };
  }

  /** Copies what `hopline down` left in another home: its database and its store. */
  copyFrom(template: FaultyHome): void {
    if (!existsSync(join(template.path, 'postgres')))
      throw new Error(`the template must be there, got nothing in ${template.path}`);
    for (const name of ['postgres', 'store', 'secrets']) {
      const from = join(template.path, name);
      if (existsSync(from)) execFileSync('cp', ['-a', from, this.path]);
    }
  }

  /** What is there to use now; undefined while the services are starting or ending. */
  services(): Services | undefined {
    return readState(this.path)?.services;
  }

  /** @throws while the services are starting or ending */
  client(): ApiClient {
    const services = this.services();
    if (!services) throw new Error('the services are not up');
    return new ApiClient({ url: services.apiUrl, token: services.token });
  }

  /** `hopline up --detach`, again while it fails: a start may meet what a kill has left half-dead. */
  async up(tries = 3): Promise<Services> {
    for (let attempt = 1; ; attempt++) {
      const { code, stderr } = await this.command('up', '--detach');
      const services = this.services();
      if (code === 0 && services) return services;
      if (attempt === tries) throw new Error(`hopline up must succeed, got code ${code}: ${stderr.slice(-1500)}`);
    }
  }

  async command(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
    const end = await hoplineCommand(args, { cwd: this.project, env: this.env });
    this.log(`$ hopline ${args.join(' ')} -> ${end.code}\n${end.stdout}${end.stderr}`.trimEnd());
    return end;
  }

  /** A line of the schedule's own log. */
  log(line: string): void {
    appendFileSync(join(this.#folder, 'log'), `${new Date().toISOString()} ${line}\n`);
  }

  processes(): { pid: number; command: string }[] {
    return processesOf(this.path);
  }

  /** Ends what is left without asking. For the programme's own end; a schedule that needs it has failed. */
  killAll(): void {
    for (const { pid } of this.processes()) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // gone meanwhile
      }
    }
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
