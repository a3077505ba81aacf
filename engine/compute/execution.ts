import type { StepContext } from '../plan/step-io.ts';
import type { Store } from '../store/store.ts';
import type { WorkOrder, WorkResult } from './order.ts';
import type { OrderInputs } from './order-inputs.ts';
import type { ShardReader } from './shard-reader.ts';

/** What running an order needs. */
export interface Execution {
  order: WorkOrder;
  store: Store;
  shards: ShardReader;
  inputs: OrderInputs;
  context: StepContext;
  /** The step has given its outputs: another one may have the device while they are checked and stored. */
  computed(): void;
  /** Runs the step itself, and takes its time. */
  timed<T>(run: () => Promise<T>): Promise<T>;
}

/** What running it gave, before the host adds what it knows of itself. */
export type StepResult = Omit<WorkResult, 'id' | 'seconds' | 'rss'>;
