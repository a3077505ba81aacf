import type { Permit, PermitAsk } from '../../plan/permit.ts';
import { fromWireError } from '../wire-error.ts';
import type { PermitFromHost, PermitToHost } from './permit-messages.ts';

interface Open {
  grant(): void;
  refuse(error: unknown): void;
}

/** Asks the worker for permits, from inside a device host: hosts have no database. */
export class PermitAsker {
  readonly #tell: (message: PermitFromHost) => void;
  readonly #open = new Map<number, Open>();
  #ids = 0;

  constructor(tell: (message: PermitFromHost) => void) {
    this.#tell = tell;
  }

  /** @throws what keeps the worker from granting it; what the signal was aborted with */
  async ask(ask: PermitAsk, signal: AbortSignal): Promise<Permit> {
    signal.throwIfAborted();
    const id = ++this.#ids;
    const answer = new Promise<void>((grant, refuse) => this.#open.set(id, { grant, refuse }));
    const leave = (): void => this.#open.get(id)?.refuse(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
    this.#tell({ type: 'permit-ask', id, ask });
    try {
      await answer;
    } catch (error) {
      if (signal.aborted) this.#tell({ type: 'permit-end', id, end: {} });
      throw error;
    } finally {
      signal.removeEventListener('abort', leave);
      this.#open.delete(id);
    }
    let isOut = true;
    return {
      release: (end = {}) => {
        if (isOut) this.#tell({ type: 'permit-end', id, end });
        isOut = false;
      },
    };
  }

  receive({ id, error }: PermitToHost): void {
    const open = this.#open.get(id);
    if (error) open?.refuse(fromWireError(error));
    else open?.grant();
  }
}
