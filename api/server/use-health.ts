import type { Plugin } from 'graphql-yoga';

/** `GET /health`: this process answers. Says nothing about what it depends on: restarting it would not help those. Needs no token. */
export function useHealth(): Plugin {
  return {
    onRequest({ request, url, fetchAPI, endResponse }) {
      if (url.pathname !== '/health' || request.method !== 'GET') return;
      endResponse(fetchAPI.Response.json({ status: 'ok' }));
    },
  };
}
