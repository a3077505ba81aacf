import type { Plugin } from 'graphql-yoga';

/** Lets only requests through that a foreign page can't send without a CORS preflight, which we never grant:
 *  a POST must carry JSON. (Mutations by GET are refused by yoga itself.) */
export function useCsrfPrevention(): Plugin {
  return {
    onRequest({ request, fetchAPI, endResponse }) {
      if (request.method !== 'POST') return;
      const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
      if (type === 'application/json' || type === 'application/graphql+json') return;
      const body = {
        errors: [
          {
            message: `request.contentType must be application/json, got ${type ?? 'none'}`,
            extensions: { code: 'CONTENT_TYPE_REFUSED' },
          },
        ],
      };
      endResponse(fetchAPI.Response.json(body, { status: 415 }));
    },
  };
}
