import { performance } from 'node:perf_hooks';
import { crashPoint } from '../faults/crash-point.ts';
import type { Execution, StepResult } from './execution.ts';
import type { RunnableStep } from './load-step.ts';
import { runFold } from './run-fold.ts';
import { runMap } from './run-map.ts';
import { runReduce } from './run-reduce.ts';
import { runSelect } from './run-select.ts';

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
