import { HoplineError } from '../../engine/plan/errors.ts';
import type { ApiClient } from '../client/api-client.ts';
import type { Sample } from '../operations/lineage.ts';

/** The bytes of the pictures among samples, by sample key.
 *  @param onBroken told of a picture that can't be read, which is left out then. Default: the error is thrown. */
export async function readPictures(
  client: ApiClient,
  samples: Iterable<Pick<Sample, 'key' | 'modality' | 'failed'>>,
  onBroken?: (key: string, error: HoplineError) => void,
): Promise<Map<string, Uint8Array>> {
  const pictures = new Map<string, Uint8Array>();
  const keys = [...samples].filter(({ modality, failed }) => modality === 'IMAGE' && failed === null).map(({ key }) => key);
  for (const key of new Set(keys)) {
    try {
      pictures.set(key, await client.bytes(`/samples/${key}/image`));
    } catch (error) {
      // A server that is away has none of the others either.
      if (!onBroken || !(error instanceof HoplineError) || error.code === 'API_UNREACHABLE') throw error;
      onBroken(key, error);
    }
  }
  return pictures;
}
