import type { Plugin } from 'graphql-yoga';
import { locate } from '../../engine/lineage/index.ts';
import { HoplineError } from '../../engine/plan/errors.ts';
import type { RunServices } from '../../engine/runs/index.ts';
import { imageType } from '../../engine/store/image-type.ts';
import { readSampleRows } from '../../engine/store/read-sample-shard.ts';

/** `GET /artifacts/<digest>`: an object of the store. `GET /samples/<key>/image`: a picture out of its shard.
 *  Both are immutable under their names, so they may be kept for ever. */
export function useStoreFiles(services: RunServices): Plugin {
  return {
    async onRequest({ request, url, fetchAPI, endResponse }) {
      const [, kind, digest, rest] = /^\/(artifacts|samples)\/([0-9a-f]{64})(\/image)?$/.exec(url.pathname) ?? [];
      if (!digest || request.method !== 'GET' || (kind === 'samples') !== (rest !== undefined)) return;
      try {
        const bytes = kind === 'artifacts' ? await services.store.get(digest) : await sampleImage(services, digest);
        endResponse(
          new fetchAPI.Response(bytes as Uint8Array<ArrayBuffer>, {
            headers: immutableHeaders(kind === 'samples' ? imageType(bytes)?.mediaType : undefined),
          }),
        );
      } catch (error) {
        if (!(error instanceof HoplineError)) throw error;
        const body = { errors: [{ message: error.message, extensions: { code: error.code } }] };
        endResponse(fetchAPI.Response.json(body, { status: missing.has(error.code) ? 404 : 500 }));
      }
    },
  };
}

const missing = new Set(['OBJECT_MISSING', 'SAMPLE_NOT_FOUND']);

async function sampleImage({ db, store }: RunServices, key: string): Promise<Uint8Array> {
  const row = (await locate(db, [key])).get(key);
  const image = row && (await readSampleRows(store, row.artifact, [row.row], ['image']))[0]?.image;
  if (image) return image;
  throw new HoplineError('SAMPLE_NOT_FOUND', `sample must be an image that was made, got ${key}`);
}

/** Never sniffed, never run: what the store holds was made by models and readers. */
const immutableHeaders = (type = 'application/octet-stream'): Record<string, string> => ({
  'content-type': type,
  'cache-control': 'private, max-age=31536000, immutable',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; sandbox",
});
