import type { ActivitySlotInfo, CustomSlotSupplier, SlotPermit, WorkerOptions } from '@temporalio/worker';
import type { ReachGate } from './reach-gate.ts';

/** A worker's options for so many activities at a time as long as the gate is open, and none while it is closed: without a slot the SDK
 *  doesn't poll, and Temporal gives the work to others. The other numbers are the SDK's defaults. */
export function gatedSlots(slots: number, gate: ReachGate): Pick<WorkerOptions, 'tuner' | 'maxConcurrentActivityTaskPolls'> {
  return {
    tuner: {
      activityTaskSlotSupplier: activitySlots(slots, gate),
      workflowTaskSlotSupplier: { type: 'fixed-size', numSlots: 40 },
      localActivityTaskSlotSupplier: { type: 'fixed-size', numSlots: 100 },
      nexusTaskSlotSupplier: { type: 'fixed-size', numSlots: 100 },
    },
    maxConcurrentActivityTaskPolls: Math.min(10, slots),
  };
}

function activitySlots(slots: number, gate: ReachGate): CustomSlotSupplier<ActivitySlotInfo> {
  const waiting = new Set<() => void>();
  let taken = 0;
  const take = (): SlotPermit | null => {
    if (!gate.isOpen || taken >= slots) return null;
    taken++;
    return {};
  };
  const wake = (): void => {
    for (const look of [...waiting]) look();
  };
  gate.onOpen(wake);
  return {
    type: 'custom',
    reserveSlot: (_context, signal) =>
      new Promise((resolve, reject) => {
        const leave = (): void => {
          waiting.delete(look);
          signal.removeEventListener('abort', abort);
        };
        const abort = (): void => {
          leave();
          reject(signal.reason);
        };
        const look = (): void => {
          const permit = take();
          if (permit === null) return;
          leave();
          resolve(permit);
        };
        signal.addEventListener('abort', abort, { once: true });
        waiting.add(look);
        look();
      }),
    tryReserveSlot: take,
    markSlotUsed: () => undefined,
    releaseSlot: () => {
      taken--;
      wake();
    },
  };
}
