import type { ModelAdapter } from '../../../engine/plan/model-adapter.ts';
import { ENDPOINT_FILE } from './endpoint-file.ts';

/** A server over HTTP, as a model: a folder with `endpoint.json` and nothing else. What checks it is loaded late: every process reads the
 *  list of adapters, and few add a model (12 ms of processor time a start). */
export const httpAdapter: ModelAdapter = {
  name: 'http',
  description: 'a server over HTTP: OpenAI-compatible images and vision chat, or a template for any JSON endpoint',
  external: true,
  recognises: ({ files }) => files.includes(ENDPOINT_FILE),
  check: async (folder) => (await import('./check-endpoint-folder.ts')).checkEndpointFolder(folder),
};
