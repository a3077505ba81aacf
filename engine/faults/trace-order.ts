import { appendFileSync } from 'node:fs';
import { join } from 'node:path';

/** An order that is written down: how it ended. */
export interface OrderTrace {
  /** Its result is there; what its step took. */
  made(seconds: number): void;
  /** It ended, with a result or with an error. */
  ended(): void;
}

const folder = process.env.HOPLINE_FAULTS;
const silent: OrderTrace = { made: () => undefined, ended: () => undefined };

/** In the fault build (HOPLINE_FAULTS names a folder) a device host writes down in the file `orders` there when it takes an order, how long its
 *  step computed and when it ended. What was computed beside what was committed is the work that faults repeated. Elsewhere it does nothing. */
export const traceOrder: (id: string) => OrderTrace = folder ? (id) => writeDown(join(folder, 'orders'), id) : () => silent;

function writeDown(path: string, id: string): OrderTrace {
  const say = (what: string, more = ''): void => appendFileSync(path, `${what} ${process.pid} ${id} ${Date.now()}${more}\n`);
  say('take');
  return { made: (seconds) => say('made', ` ${seconds}`), ended: () => say('end') };
}
