import { z } from 'zod';
import { assertNoSecret } from './assert-no-secret.ts';
import { EndpointError } from './endpoint-error.ts';
import { urlFault } from './url-fault.ts';

/** A variable of the worker's environment that may leave the house: it is called a key or a token, and is none of those that Hopline, its
 *  database or its store live on. */
const KEY_VARIABLE = /^(?!(HOPLINE|AWS|DATABASE|STORE|TEMPORAL|PG)_)[A-Z][A-Z0-9_]{0,58}_(KEY|TOKEN)$/;

/** RFC 6901. */
const pointer = z.string().regex(/^(\/([^~/]|~[01])*)*$/, 'must be a JSON pointer such as /data/0/text');

const headerName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9-]{0,60}$/, 'must be the name of a header')
  .refine((name) => !/^(host|connection|content-length|transfer-encoding|cookie|expect|upgrade|te|trailer)$/i.test(name), {
    message: 'must be no header that the client sets itself',
  });

const price = z.strictObject({
  /** Per million tokens that were read. */
  inputMillion: z.number().min(0).default(0),
  /** Per million tokens that were written. */
  outputMillion: z.number().min(0).default(0),
  request: z.number().min(0).default(0),
  /** Per answer that was taken. */
  answer: z.number().min(0).default(0),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'must be three letters')
    .default('USD'),
});

const common = {
  /** Base of an OpenAI-compatible server, `https://api.openai.com/v1`; of a template the whole address. */
  url: z.string().superRefine((url, context) => {
    const fault = urlFault(url);
    if (fault) context.addIssue({ code: 'custom', message: fault });
  }),
  /** Name of the variable in the worker's environment that holds the key. Default: no key is sent. */
  keyVariable: z
    .string()
    .regex(KEY_VARIABLE, 'must be the name of an environment variable in capitals that ends in _KEY or _TOKEN')
    .optional(),
  /** The header that carries the key. Default `authorization`, with `Bearer` before the key; any other carries the key alone. */
  keyHeader: headerName.default('authorization'),
  /** Further headers. No secrets. */
  headers: z
    .record(
      headerName.refine((name) => !/^(authorization|proxy-authorization)$/i.test(name), {
        message: 'must carry no key: that is keyVariable',
      }),
      z.string().max(1000),
    )
    .default({}),
  /** Requests at a time, of all workers together. */
  concurrency: z.int().min(1).max(1000).default(4),
  /** Of all workers together, evenly spaced. Default: no limit. */
  requestsPerMinute: z.number().positive().max(1e6).optional(),
  /** Read and written, of all workers together. Default: no limit. */
  tokensPerMinute: z.number().positive().max(1e9).optional(),
  /** For one attempt from connecting to the last byte. */
  timeoutSeconds: z.number().positive().max(3600).default(120),
  /** Before a sample, or the batch, is given up. */
  attempts: z.int().min(1).max(20).default(6),
  /** Pause after the first failed attempt; it doubles each time, up to a minute, less up to a half by chance. */
  pauseSeconds: z.number().positive().max(60).default(1),
  /** The largest answer. Bytes. */
  maxBytes: z
    .int()
    .min(1024)
    .max(2 ** 29)
    .default(2 ** 25),
  /** The largest picture that an answer may hold. Width times height. */
  maxPixels: z
    .int()
    .min(1)
    .max(2 ** 28)
    .default(2 ** 24),
  /** Addresses of this machine and its network, and plain http. Default: refused. */
  allowPrivate: z.boolean().default(false),
  /** Default: refused. */
  allowRedirects: z.boolean().default(false),
  price: price.optional(),
};

const openai = {
  ...common,
  /** The server's name for it. */
  model: z.string().min(1).max(200),
  /** Further members of the request, such as `quality` or `max_tokens`. */
  options: z.record(z.string(), z.json()).default({}),
  /** Sends the sample's seed, as an integer below 2^31. Only for servers that take one. */
  seed: z.boolean().default(false),
};

const images = z.strictObject({
  kind: z.literal('images'),
  ...openai,
  /** `1024x1024`. Default: the server's. */
  size: z
    .string()
    .regex(/^(auto|\d+x\d+)$/, 'must be WIDTHxHEIGHT or auto')
    .optional(),
});

const chat = z.strictObject({
  kind: z.literal('chat'),
  ...openai,
  /** Said with every picture. */
  prompt: z.string().min(1).max(20_000).default('Describe this picture in one sentence.'),
  /** Said before, as the system. */
  system: z.string().min(1).max(20_000).optional(),
});

const template = z.strictObject({
  kind: z.literal('template'),
  ...common,
  /** The request's JSON. Strings may hold {prompt}, {image_base64}, {image_type}, {seed} and {params.NAME}; `{{` stands for a brace. A string
   *  that is one placeholder and nothing else takes its value as it is: `"{seed}"` becomes a number. */
  request: z.json(),
  /** Defaults of {params.NAME}. */
  params: z.record(z.string().regex(/^\w+$/), z.union([z.string(), z.number(), z.boolean()])).default({}),
  /** Said where a picture comes without a prompt. */
  prompt: z.string().max(20_000).default('Describe this picture in one sentence.'),
  response: z
    .strictObject({
      /** Where the answer's text is. */
      text: pointer.optional(),
      /** Where the picture is: base64, a data URL or the URL of a picture. `body`: the answer is the picture. */
      image: z.union([z.literal('body'), pointer]).optional(),
      /** Where a refusal would be: anything but null, false and an empty string is one. */
      refusal: pointer.optional(),
      inputTokens: pointer.optional(),
      outputTokens: pointer.optional(),
    })
    .refine(({ text, image }) => (text === undefined) !== (image === undefined), { message: 'must have text or image' }),
});

export const endpointSchema = z.discriminatedUnion('kind', [images, chat, template]).superRefine((endpoint, context) => {
  const fault = urlFault(endpoint.url, endpoint);
  if (fault && !urlFault(endpoint.url)) context.addIssue({ code: 'custom', path: ['url'], message: fault });
});

export type Endpoint = z.output<typeof endpointSchema>;
export type ImagesEndpoint = Extract<Endpoint, { kind: 'images' }>;
export type ChatEndpoint = Extract<Endpoint, { kind: 'chat' }>;
export type TemplateEndpoint = Extract<Endpoint, { kind: 'template' }>;

/** An `endpoint.json`, with its defaults. What it says is never repeated: it might be a key in the wrong place.
 *  @throws MODEL_ENDPOINT_INVALID */
export function readEndpoint(model: string, json: unknown): Endpoint {
  assertNoSecret(model, json);
  const { data, error } = endpointSchema.safeParse(json);
  if (data) return data;
  const { path, message } = error.issues[0]!;
  const where = ['endpoint', ...path].join('.');
  throw new EndpointError('MODEL_ENDPOINT_INVALID', `model "${model}".${where} ${ruleOf(message)}`, {
    hint: 'ml/models/http/README.md has every member of endpoint.json',
  });
}

const ruleOf = (message: string): string =>
  message.startsWith('must') ? message : `must be as endpoint.json has it, got: ${message.replace(/\s+/g, ' ').slice(0, 300)}`;
