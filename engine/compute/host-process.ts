import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { HoplineError } from '../plan/errors.ts';
import { exitReason, kernelMemoryKills } from './exit-reason.ts';
import type { FromHost, ToHost } from './host-messages.ts';
import { type SpawnOptions, spawnHost } from './spawn-host.ts';

/** How long a host may take until it says that it is ready. Milliseconds. Usual: 300 to 600. */
const READY_TIMEOUT = 60_000;

/** One device host as its supervisor sees it: messages, log lines, and the reason of its end. */
export class HostProcess {
  /** Resolves once the host takes orders; rejects with HOST_START_FAILED. */
  readonly ready: Promise<void>;
  /** Resolves when the host has ended, with the reason. Never rejects. */
  readonly ended: Promise<HoplineError>;
  readonly #child: ChildProcess;
  #isReady = false;

  constructor(options: SpawnOptions, onMessage: (message: FromHost) => void, log: (line: string) => void) {
    const killsBefore = kernelMemoryKills();
    const child = spawnHost(options);
    this.#child = child;
    const tail: string[] = [];
    eachLine(child.stdout, log);
    eachLine(child.stderr, (line) => {
      tail.push(line);
      if (tail.length > 40) tail.shift();
      log(line);
    });
    child.on('message', (message) => onMessage(message as FromHost));
    const reason = (code: number | null, signal: NodeJS.Signals | null): HoplineError => {
      const kernelRanOut = kernelMemoryKills() > killsBefore;
      return exitReason({ device: options.device, code, signal, stderr: tail.join('\n'), kernelRanOut });
    };
    this.ended = new Promise((resolve) => {
      // `close` comes after the last line of stderr, which says why; a grandchild that holds it open must not hold us.
      child.once('close', (code, signal) => resolve(reason(code, signal)));
      child.once('exit', (code, signal) => setTimeout(() => resolve(reason(code, signal)), 500).unref());
      child.once('error', (error) => resolve(new HoplineError('DEVICE_LOST', error.message, { permanent: false })));
    });
    this.ready = this.#becomeReady(options.device);
    this.ready.catch(() => undefined);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  send(message: ToHost): void {
    // A message to a host that has just died is lost with it: `ended` tells.
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** Lets the host dispose of its sessions and leave; kills it when it does not. */
  async stop(grace: number): Promise<void> {
    this.send({ type: 'stop' });
    const timer = setTimeout(() => this.kill(), grace);
    await this.ended;
    clearTimeout(timer);
  }

  async #becomeReady(device: string): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const said = new Promise<void>((resolve) => this.#child.once('message', () => resolve()));
    const ended = this.ended.then((reason) => {
      throw new HoplineError('HOST_START_FAILED', `device ${device} must start its host, got ${reason.message}`, {
        permanent: false,
      });
    });
    const late = new Promise<never>((_, reject) => {
      const error = new HoplineError('HOST_START_FAILED', `device ${device} must be ready within ${READY_TIMEOUT} ms`, {
        permanent: false,
      });
      timer = setTimeout(() => reject(error), READY_TIMEOUT);
    });
    try {
      await Promise.race([said, ended, late]);
      this.#isReady = true;
    } catch (error) {
      this.kill();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}

function eachLine(stream: Readable | null, use: (line: string) => void): void {
  if (stream) createInterface({ input: stream }).on('line', use);
}
