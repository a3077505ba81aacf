import type { Plugin } from 'graphql-yoga';
import type { ApiLog } from './api-log.ts';
import { maskError } from './mask-error.ts';
import { refusal } from './refuse.ts';

/** A plugin whose `onRequest` answers with a masked error when it throws: the server adapter beneath would send the stack. */
export function neverThrows(plugin: Plugin, log: ApiLog): Plugin {
  const { onRequest } = plugin;
  if (!onRequest) return plugin;
  return {
    ...plugin,
    async onRequest(payload) {
      try {
        await onRequest(payload);
      } catch (error) {
        const { message, extensions } = maskError(error, log);
        const shown = { message, code: String(extensions.code), hint: extensions.hint as string | undefined };
        payload.endResponse(refusal(payload.fetchAPI, shown.code === 'INTERNAL' ? 500 : 503, shown));
      }
    },
  };
}
