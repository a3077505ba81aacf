import type { Permit } from '../../plan/permit.ts';
import { toWireError } from '../wire-error.ts';
import type { PermitDesk } from './permit-desk.ts';
import type { PermitFromHost, PermitToHost } from './permit-messages.ts';

/** The permits of one device host, on its worker's side. What it holds when it dies is given back at once. */
export class HostPermits {
  readonly #desk: PermitDesk;
  readonly #tell: (message: PermitToHost) => void;
  readonly #asked = new Map<number, AbortController>();
  readonly #held = new Map<number, Permit>();

  constructor(desk: PermitDesk, tell: (message: PermitToHost) => void) {
    this.#desk = desk;
    this.#tell = tell;
  }

  receive(message: PermitFromHost): void {
    const { id } = message;
    if (message.type === 'permit-ask') {
      void this.#ask(message);
      return;
    }
    this.#asked.get(id)?.abort();
    this.#held.get(id)?.release(message.end);
    this.#held.delete(id);
  }

  /** The host has ended. */
  close(): void {
    for (const asked of this.#asked.values()) asked.abort();
    for (const permit of this.#held.values()) permit.release();
    this.#held.clear();
  }

  async #ask({ id, ask }: Extract<PermitFromHost, { type: 'permit-ask' }>): Promise<void> {
    const controller = new AbortController();
    this.#asked.set(id, controller);
    try {
      const permit = await this.#desk.ask(ask, controller.signal);
      if (controller.signal.aborted) permit.release();
      else {
        this.#held.set(id, permit);
        this.#tell({ type: 'permit', id });
      }
    } catch (error) {
      if (!controller.signal.aborted) this.#tell({ type: 'permit', id, error: toWireError(error, 'permit') });
    } finally {
      this.#asked.delete(id);
    }
  }
}
