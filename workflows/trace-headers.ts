import type { Headers } from '@temporalio/common';
import type { WorkflowInterceptorsFactory } from '@temporalio/workflow';

/** The header in which Temporal's OpenTelemetry interceptors hand a trace on. */
const TRACE = '_tracer-data';

/** Hands the trace that a workflow was started with to its activities, its children and what it continues as. The sandbox makes no spans:
 *  those of OpenTelemetry's would put its libraries into every workflow, traced or not. Where nothing is traced there is no header, and
 *  no command differs. */
export const interceptors: WorkflowInterceptorsFactory = () => {
  let trace: Headers = {};
  const traced = <I extends { headers: Headers }>(input: I): I => ({ ...input, headers: { ...input.headers, ...trace } });
  return {
    inbound: [
      {
        async execute(input, next) {
          const given = input.headers[TRACE];
          if (given) trace = { [TRACE]: given };
          return next(input);
        },
      },
    ],
    outbound: [
      {
        scheduleActivity: async (input, next) => next(traced(input)),
        startChildWorkflowExecution: async (input, next) => next(traced(input)),
        continueAsNew: async (input, next) => next(traced(input)),
      },
    ],
  };
};
