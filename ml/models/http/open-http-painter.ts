import type { HoplineError } from '../../../engine/plan/errors.ts';
import type { MapOutput, ModelFiles } from '../../../engine/plan/step-io.ts';
import type { Seed } from '../seed-random.ts';
import { type EndpointContext, type EndpointOptions, openEndpoint } from './open-endpoint.ts';
import { outputOf } from './output-of.ts';

export interface HttpPaintItem {
  prompt: string;
  seed: Seed;
}

export interface HttpPainter {
  /** A PNG, JPEG or WebP an item, as the server sent it, or why there is none. In order. */
  generate(items: readonly HttpPaintItem[]): Promise<(Uint8Array | HoplineError)[]>;
  /** The same as outputs of a map step, with their receipts. */
  outputs(items: readonly HttpPaintItem[]): Promise<MapOutput[]>;
}

/** A server that draws pictures of texts. Cheap to open: open it anew for every task, since the context is the task's.
 *  @throws MODEL_ENDPOINT_INVALID, MODEL_KEY_MISSING; while it draws what concerns the endpoint: MODEL_UNAVAILABLE (try again later), and
 *  permanent MODEL_KEY_REFUSED, MODEL_QUOTA_SPENT, MODEL_ENDPOINT_MISSING, MODEL_ADDRESS_REFUSED, MODEL_REDIRECT_REFUSED */
export async function openHttpPainter(
  model: Pick<ModelFiles, 'name' | 'digest' | 'read'>,
  context: EndpointContext,
  options: EndpointOptions = {},
): Promise<HttpPainter> {
  const { ask } = await openEndpoint(model, 'picture', context, options);
  return {
    generate: async (items) =>
      (await ask(items)).map((outcome) => ('error' in outcome ? outcome.error : (outcome.value as Uint8Array))),
    outputs: async (items) => (await ask(items)).map(outputOf),
  };
}
