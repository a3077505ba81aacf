/** Begins a thread that runs from the TypeScript sources: threads don't inherit what compiles them in the main thread. */
import { workerData } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

register();
await import(workerData.entry);
