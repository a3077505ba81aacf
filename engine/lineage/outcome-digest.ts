import type { WorkResult } from '../compute/order.ts';
import type { Medium } from '../plan/define-step.ts';
import { type Digest, digestJson } from '../plan/digest.ts';
import type { Json } from '../plan/json.ts';

/** What the product of a whole node is. Decisions and results are compared by what they say, checkpoints byte by byte. */
export function outcomeDigest({ medium, result }: { medium: Medium; result: WorkResult }): Digest {
  if (medium === 'decisions') return result.decisions?.digest ?? digestJson([]);
  if (medium === 'checkpoint') return result.artifact!.digest;
  const files = Object.fromEntries(Object.entries(result.files ?? {}).map(([name, file]) => [name, file.digest]));
  const { metrics = [], predictions = [] } = result;
  return digestJson({ result: result.result ?? null, metrics, predictions, files } as unknown as Json);
}
