import type { ServerResponse } from 'node:http';
import type { Plugin } from 'graphql-yoga';
import { abortable } from '../../engine/lineage/abortable.ts';
import type { Digest } from '../../engine/plan/digest.ts';
import { HoplineError } from '../../engine/plan/errors.ts';
import type { RunServices } from '../../engine/runs/index.ts';
import { viewerOf } from '../auth/request-identity.ts';
import { artifactFile } from './files/artifact-file.ts';
import { assertArtifactVisible } from './files/assert-artifact-visible.ts';
import { clientHas, fileResponse, notModified } from './files/file-response.ts';
import { imageFiles } from './files/image-file.ts';
import { refusal } from './refuse.ts';
import { requestScope } from './request-scope.ts';

/** `GET` and `HEAD /artifacts/<digest>`: an object of the store. `/samples/<key>/image`: a picture out of its shard. Both are immutable under
 *  their names, so they may be kept for ever; parts of them can be had by `Range`. */
export function useStoreFiles({ db, store }: RunServices): Plugin {
  const findImage = imageFiles(store);
  return {
    async onRequest({ request, url, fetchAPI, endResponse, serverContext }) {
      const [, folder, name, rest] = /^\/(artifacts|samples)\/([^/]*)(\/image)?$/.exec(url.pathname) ?? [];
      if (folder === undefined || name === undefined || (folder === 'samples') !== (rest !== undefined)) return;
      const scope = requestScope();
      const cut = (): void => void (serverContext as { res?: ServerResponse }).res?.destroy();
      if (scope) Object.assign(scope, { kind: 'file', operation: folder === 'samples' ? 'image' : 'artifact' });
      try {
        if (request.method !== 'GET' && request.method !== 'HEAD') throw methodRefused(request.method);
        const digest = digestOf(name, folder === 'samples' ? 'sample.key' : 'artifact.digest');
        const visibility = viewerOf(request).project?.id ?? null;
        const own = scope ? abortable(db, scope.work.signal) : db;
        if (folder === 'samples') {
          const image = await findImage(own, digest, visibility);
          if (clientHas(request, image.contentDigest)) return endResponse(notModified(fetchAPI, image.contentDigest));
          return endResponse(await fileResponse(fetchAPI, request, await image.open(), cut));
        }
        await assertArtifactVisible(own, digest, visibility);
        if (clientHas(request, digest)) return endResponse(notModified(fetchAPI, digest));
        endResponse(await fileResponse(fetchAPI, request, await artifactFile(store, digest), cut));
      } catch (error) {
        if (!(error instanceof HoplineError)) throw error;
        const headers: Record<string, string> = error.code === 'METHOD_REFUSED' ? { allow: 'GET, HEAD' } : {};
        endResponse(refusal(fetchAPI, STATUS[error.code] ?? (error.permanent ? 500 : 503), error, headers));
      }
    },
  };
}

const STATUS: Record<string, number> = {
  OBJECT_MISSING: 404,
  SAMPLE_NOT_FOUND: 404,
  DIGEST_INVALID: 400,
  METHOD_REFUSED: 405,
  UNAUTHENTICATED: 401,
};

function digestOf(name: string, where: string): Digest {
  if (/^[0-9a-f]{64}$/.test(name)) return name;
  throw new HoplineError('DIGEST_INVALID', `${where} must be 64 lower-case hex characters, got ${name.slice(0, 80)}`);
}

const methodRefused = (method: string): HoplineError =>
  new HoplineError('METHOD_REFUSED', `request.method must be GET or HEAD, got ${method}`);
