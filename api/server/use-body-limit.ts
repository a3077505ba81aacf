import type { Plugin } from 'graphql-yoga';
import { refusal } from './refuse.ts';

/** Refuses bodies over `bytes`, and bodies that don't say how long they are, before a byte is read. */
export function useBodyLimit(bytes: number): Plugin {
  return {
    onRequest({ request, fetchAPI, endResponse }) {
      const length = request.headers.get('content-length');
      if (length === null ? request.method !== 'POST' && !request.headers.has('transfer-encoding') : Number(length) <= bytes)
        return;
      const message = `request.body must be at most ${bytes} bytes with a Content-Length, got ${length ?? 'none'}`;
      // What is not read can't be followed by another request.
      endResponse(refusal(fetchAPI, length === null ? 411 : 413, { code: 'BODY_TOO_LARGE', message }, { connection: 'close' }));
    },
  };
}
