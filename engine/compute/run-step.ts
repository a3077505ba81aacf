import { performance } from 'node:perf_hooks';
import { crashPoint } from '../faults/crash-point.ts';
import type { StepContext } from '../plan/step-io.ts';
import type { Store } from '../store/store.ts';
import type { RunnableStep } from './load-step.ts';
import type { WorkOrder, WorkResult } from './order.ts';
import type { OrderInputs } from './order-inputs.ts';
import { runFold } from './run-fold.ts';
import { runMap } from './run-map.ts';
import { runReduce } from './run-reduce.ts';
import { runSelect } from './run-select.ts';
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

export type StepResult = Omit<WorkResult, 'id' | 'seconds' | 'rss'>;

/** Runs an order's step and stores what it made. */
export async function runStep(step: RunnableStep, base: Omit<Execution, 'timed'>): Promise<StepResult & { seconds: number }> {
  let seconds = 0;
  const timed = async <T>(run: () => Promise<T>): Promise<T> => {
    const started = performance.now();
    try {
      const output = await run();
      crashPoint('host.computed');
      return output;
    } finally {
      seconds += (performance.now() - started) / 1000;
    }
  };
  const result = await runKind(step, { ...base, timed });
  return { ...result, seconds };
}

function runKind(step: RunnableStep, execution: Execution): Promise<StepResult> {
  if (step.kind === 'map') return runMap(step, execution);
  if (step.kind === 'select') return runSelect(step, execution);
  if (step.kind === 'fold') return runFold(step, execution);
  return runReduce(step, execution);
}
