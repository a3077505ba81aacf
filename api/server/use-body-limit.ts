import type { Plugin } from 'graphql-yoga';

/** Refuses bodies over `bytes`, and bodies that don't say how long they are, before a byte is read. */
export function useBodyLimit(bytes: number): Plugin {
  return {
    onRequest({ request, fetchAPI, endResponse }) {
      if (request.method !== 'POST') return;
      const length = request.headers.get('content-length');
      if (length !== null && Number(length) <= bytes) return;
      const message = `request.body must be at most ${bytes} bytes with a Content-Length, got ${length ?? 'none'}`;
      endResponse(
        fetchAPI.Response.json(
          { errors: [{ message, extensions: { code: 'BODY_TOO_LARGE' } }] },
          { status: length === null ? 411 : 413 },
        ),
      );
    },
  };
}
