import type { OrderLine } from './fault-folder.ts';

export interface DeviceTime {
  /** What steps computed on devices, in orders that ended with a result and in those that were cut off. Seconds. */
  spent: number;
  /** Of it, what no committed derivation accounts for. */
  repeated: number;
}

/** @param committed seconds of all committed derivations
 *  @param strikes when faults struck, milliseconds since 1970: an order without an end was cut off by the first one after it was taken */
export function deviceTime(lines: readonly OrderLine[], committed: number, strikes: readonly number[]): DeviceTime {
  const orders = new Map<string, { taken: number; ended?: number; made?: number }>();
  for (const { what, order, at, seconds } of lines) {
    const known = orders.get(order);
    if (what === 'take') orders.set(order, { taken: at });
    else if (known && what === 'made') known.made = seconds;
    else if (known) known.ended = at;
  }
  let spent = 0;
  for (const { taken, ended, made } of orders.values()) {
    const end = ended ?? strikes.find((at) => at >= taken) ?? taken;
    spent += made ?? (end - taken) / 1000;
  }
  return { spent, repeated: Math.max(0, spent - committed) };
}
