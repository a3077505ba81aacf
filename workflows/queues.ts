/** The control queue: workflows, and activities that need no device. */
export const CONTROL_QUEUE = 'hopline';

/** A resource class is a task queue: `cpu`, `gpu`, or a name of the user's. */
export const deviceQueue = (resource: string): string => `hopline.${resource}`;

/** Run ids and workflow ids map one to one, so a second launch of the same run is the same workflow. */
export const runWorkflowId = (runId: string): string => `run/${runId}`;

/** How long a worker may be silent before its task goes to another one, unless the run says otherwise. Seconds. */
export const HEARTBEAT_SECONDS = 15;
