import type { Plugin } from 'graphql-yoga';
import type { RunServices } from '../../engine/runs/index.ts';

/** `GET /health`: 200 when the database answers, else 503 saying what is wrong. Needs no token and tells nothing else. */
export function useHealth({ db }: RunServices): Plugin {
  return {
    async onRequest({ request, url, fetchAPI, endResponse }) {
      if (url.pathname !== '/health' || request.method !== 'GET') return;
      try {
        await db.query('SELECT 1');
        endResponse(fetchAPI.Response.json({ status: 'ok' }));
      } catch (error) {
        endResponse(
          fetchAPI.Response.json({ status: 'failing', code: (error as { code?: string }).code ?? 'INTERNAL' }, { status: 503 }),
        );
      }
    },
  };
}
