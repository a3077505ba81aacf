import type { HoplineError } from '../../../engine/plan/errors.ts';
import type { JsonObject } from '../../../engine/plan/json.ts';
import type { MapOutput, ModelFiles } from '../../../engine/plan/step-io.ts';
import type { Seed } from '../seed-random.ts';
import { type EndpointContext, type EndpointItem, type EndpointOptions, openEndpoint } from './open-endpoint.ts';
import { outputOf } from './output-of.ts';

export interface HttpCaptionItem {
  /** PNG, JPEG or WebP. */
  image: Uint8Array;
  seed: Seed;
  /** Default: the endpoint's. */
  prompt?: string;
}

export interface HttpCaption {
  text: string;
  /** Part of the sample's content, so nothing that differs from call to call: empty. */
  meta: JsonObject;
}

export interface HttpCaptioner {
  /** A caption an item, or why there is none. In order. */
  caption(items: readonly HttpCaptionItem[]): Promise<(HttpCaption | HoplineError)[]>;
  /** The same as outputs of a map step, with their receipts. */
  outputs(items: readonly HttpCaptionItem[]): Promise<MapOutput[]>;
}

/** A server that writes about pictures. Cheap to open: open it anew for every task, since the context is the task's.
 *  @throws as `openHttpPainter` does */
export async function openHttpCaptioner(
  model: Pick<ModelFiles, 'name' | 'digest' | 'read'>,
  context: EndpointContext,
  options: EndpointOptions = {},
): Promise<HttpCaptioner> {
  const { ask, endpoint } = await openEndpoint(model, 'text', context, options);
  const usual = endpoint.kind === 'images' ? '' : endpoint.prompt;
  const asked = (items: readonly HttpCaptionItem[]): EndpointItem[] =>
    items.map(({ image, seed, prompt }) => ({ image, seed, prompt: prompt ?? usual }));
  return {
    caption: async (items) =>
      (await ask(asked(items))).map((outcome) =>
        'error' in outcome ? outcome.error : { text: outcome.value as string, meta: {} },
      ),
    outputs: async (items) => (await ask(asked(items))).map(outputOf),
  };
}
