import type { Plugin } from 'graphql-yoga';
import { readExamples } from './known-operations.ts';

/** What the page may do: run the code that came with it, and ask this server. It holds no data and no token; who uses it without a session
 *  puts a token into its headers. Monaco, its editor, runs workers from blobs. */
const POLICY = [
  "default-src 'none'",
  "script-src 'unsafe-inline' 'unsafe-eval' blob:",
  'worker-src blob: data:',
  "style-src 'unsafe-inline'",
  'font-src data:',
  "img-src 'self' data: blob:",
  "connect-src 'self' data: blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** `GET /graphql` by a browser: GraphiQL, from this package alone, so that it works offline, with the ten questions of docs/api.md as tabs. */
export function useGraphiql(): Plugin {
  let page: Promise<string> | undefined;
  return {
    async onRequest({ request, url, fetchAPI, endResponse }) {
      if (url.pathname !== '/graphql' || request.method !== 'GET') return;
      if (!request.headers.get('accept')?.includes('text/html')) return;
      page ??= render();
      const headers = {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': POLICY,
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      };
      endResponse(new fetchAPI.Response(await page, { headers }));
    },
  };
}

async function render(): Promise<string> {
  // 9 MB, which most servers never need.
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const tabs = readExamples().map(({ text, variables }) => ({ query: text, variables }));
  return renderGraphiQL({
    title: 'Hopline',
    defaultTabs: tabs,
    defaultEditorToolsVisibility: 'variables',
  });
}
