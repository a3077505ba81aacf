import type { Json } from '../../../engine/plan/json.ts';
import { imageFormatOf } from '../../images/image-format.ts';
import { atPointer, empty, invalid, kindOf, wellFormed } from './answer-members.ts';
import type { TemplateEndpoint } from './endpoint.ts';
import { EndpointError } from './endpoint-error.ts';
import { fillTemplate, placeholders } from './fill-template.ts';
import { ANSWER_TOKENS, type Asked, PICTURE_TOKENS, type Protocol, type Told, textTokens } from './protocol.ts';
import { fromBase64, pictureUrl } from './read-picture.ts';
import { tokenCount } from './receipt.ts';
import { refusal } from './status-error.ts';

export type TemplateParams = Readonly<Record<string, string | number | boolean>>;

/** Any server that takes JSON by POST and answers with JSON or a picture. */
export function templateProtocol(endpoint: TemplateEndpoint, given: TemplateParams = {}): Protocol {
  const { url, request, response, maxBytes } = endpoint;
  const params = Object.fromEntries(
    Object.entries({ ...endpoint.params, ...given }).map(([name, value]) => [`params.${name}`, value]),
  );
  return {
    url: new URL(url),
    accepts: response.image === 'body' ? 'picture' : 'json',
    request: (asked) => fillTemplate(request as Json, { ...params, ...valuesOf(asked) }),
    read(answer, usage) {
      const inputTokens = response.inputTokens && tokenCount(atPointer(answer, response.inputTokens));
      const outputTokens = response.outputTokens && tokenCount(atPointer(answer, response.outputTokens));
      usage({
        ...(typeof inputTokens === 'number' ? { inputTokens } : {}),
        ...(typeof outputTokens === 'number' ? { outputTokens } : {}),
      });
      const refused = response.refusal === undefined ? undefined : atPointer(answer, response.refusal);
      if (refused) throw refusal(typeof refused === 'string' ? refused : JSON.stringify(refused));
      return told(answer, response, maxBytes);
    },
    estimate: ({ prompt, image }) => textTokens(prompt) + (image ? PICTURE_TOKENS : 0) + ANSWER_TOKENS,
  };
}

function told(answer: unknown, { text, image }: TemplateEndpoint['response'], maxBytes: number): Told {
  const pointer = (text ?? image)!;
  const value = atPointer(answer, pointer);
  if (value === null || value === '') throw empty(`nothing at ${pointer}`);
  if (typeof value !== 'string') throw invalid(`must have a string at ${pointer || 'its root'}`, kindOf(value));
  if (image !== undefined)
    return /^(https?:|data:)/.test(value) ? pictureUrl(value, maxBytes) : { picture: fromBase64(value, maxBytes) };
  const words = wellFormed(value).trim();
  if (words === '') throw empty(`nothing at ${pointer}`);
  return { text: words };
}

function valuesOf({ prompt, image, seed }: Asked): Record<string, string | number> {
  if (!image) return { prompt, seed };
  return {
    prompt,
    seed,
    image_base64: Buffer.from(image).toString('base64'),
    image_type: `image/${imageFormatOf(image)}`,
  };
}

/** Looks whether every placeholder of a template has a value. @throws MODEL_ENDPOINT_INVALID */
export function assertFillable(
  model: string,
  { request, params }: TemplateEndpoint,
  given: TemplateParams = {},
  withImage = true,
): void {
  const known = [
    'prompt',
    'seed',
    ...(withImage ? ['image_base64', 'image_type'] : []),
    ...Object.keys({ ...params, ...given }).map((name) => `params.${name}`),
  ];
  const unknown = placeholders(request as Json).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new EndpointError(
    'MODEL_ENDPOINT_INVALID',
    `model "${model}".endpoint.request must hold placeholders of ${known.map((name) => `{${name}}`).join(', ')}, got {${unknown.slice(0, 80)}}`,
    { hint: withImage ? 'a brace that is meant is written twice: {{' : 'a model that draws is given a prompt and no picture' },
  );
}
