import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MemoryBudget } from '../../../engine/compute/permits/memory-budget.ts';
import { PermitDesk } from '../../../engine/compute/permits/permit-desk.ts';
import { HoplineError } from '../../../engine/plan/errors.ts';
import type { JsonObject } from '../../../engine/plan/json.ts';
import { decodeImage } from '../../images/decode-image.ts';
import { endpointModel, inside, seedOf } from './fixtures/opened.ts';
import { type StubServer, startStubServer } from './fixtures/stub-server.ts';
import type { EndpointContext, EndpointOptions } from './open-endpoint.ts';
import { openHttpCaptioner } from './open-http-captioner.ts';
import { openHttpPainter } from './open-http-painter.ts';

const KEY = 'sk-stub-0123456789abcdefghijklmnop';
const env = { STUB_API_KEY: KEY };
let server: StubServer;
let png: Uint8Array;
beforeAll(async () => {
  server = await startStubServer();
  const [picture] = await (await painter()).generate([{ prompt: 'for captions', seed: seedOf('a') }]);
  png = picture as Uint8Array;
});
afterAll(() => server.close());
beforeEach(() => void server.seen.splice(0));

const images = (more: JsonObject = {}): JsonObject => ({ kind: 'images', url: server.url, model: 'm', ...inside, ...more });
const chat = (more: JsonObject = {}): JsonObject => ({ kind: 'chat', url: server.url, model: 'm', ...inside, ...more });
const painter = (more: JsonObject = {}, options: EndpointOptions = {}) =>
  openHttpPainter(endpointModel(images(more)), endpointContext(), { env, ...options });
const captioner = (more: JsonObject = {}) => openHttpCaptioner(endpointModel(chat(more)), endpointContext(), { env });

async function draw(prompt: string, more: JsonObject = {}): Promise<Uint8Array | HoplineError> {
  const [made] = await (await painter(more)).generate([{ prompt, seed: seedOf(prompt) }]);
  return made!;
}
async function write(prompt: string, more: JsonObject = {}) {
  const [made] = await (await captioner(more)).caption([{ image: png, seed: seedOf(prompt), prompt }]);
  return made!;
}
const failure = (code: string, message: RegExp) => expect.objectContaining({ code, message: expect.stringMatching(message) });

/** A task's context, with limits of its own. */
function endpointContext(signal = new AbortController().signal): EndpointContext {
  const desk = new PermitDesk(new MemoryBudget());
  return { signal, permit: (ask, also) => desk.ask(ask, also ? AbortSignal.any([signal, also]) : signal) };
}

describe('what goes out', () => {
  it('is OpenAI images/generations with key, size and options, and a seed where the server takes one', async () => {
    const made = await draw('a cat', {
      keyVariable: 'STUB_API_KEY',
      size: '64x64',
      seed: true,
      options: { quality: 'low' },
      headers: { 'x-tenant': 'me' },
    });
    expect((await decodeImage(made as Uint8Array)).width).toBe(4);
    const [{ method, path, headers, body }] = server.seen as [StubServer['seen'][0]];
    expect([method, path, headers.authorization, headers['x-tenant']]).toEqual([
      'POST',
      '/v1/images/generations',
      `Bearer ${KEY}`,
      'me',
    ]);
    expect(body).toEqual({ quality: 'low', model: 'm', prompt: 'a cat', n: 1, size: '64x64', seed: expect.any(Number) });
    expect(headers['idempotency-key']).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is a vision chat with the picture as a data URL', async () => {
    expect(await write('what is it', { system: 'Be brief.', seed: true })).toEqual({
      text: expect.stringMatching(/^a picture of seed \d+$/),
      meta: {},
    });
    const { messages, seed } = server.seen[0]!.body as { messages: { content: unknown }[]; seed: number };
    expect(messages[0]!.content).toBe('Be brief.');
    expect(messages[1]!.content).toEqual([
      { type: 'text', text: 'what is it' },
      { type: 'image_url', image_url: { url: `data:image/png;base64,${Buffer.from(png).toString('base64')}` } },
    ]);
    expect(seed).toBeLessThan(2 ** 31);
  });

  it('is whatever a template says, with values put in once', async () => {
    const endpoint = {
      kind: 'template',
      url: server.url.replace('/v1', '/own/model?version=2'),
      request: {
        prompt: 'Say: {prompt}',
        seed: '{seed}',
        picture: '{image_type};{image_base64}',
        literal: '{{seed}}',
        style: ['{params.style}'],
      },
      params: { style: 'plain' },
      response: { text: '/result/text' },
      ...inside,
    };
    const options = { params: { style: 'bold' } };
    const open = await openHttpCaptioner(endpointModel(endpoint), endpointContext(), options);
    const [made] = await open.caption([{ image: png, seed: seedOf('a'), prompt: 'mind {seed} and {params.style}' }]);
    expect(made).toEqual({ text: 'own words on Say: mind {seed} and {params.style}', meta: {} });
    expect(server.seen[0]).toMatchObject({
      path: '/own/model?version=2',
      body: {
        seed: expect.any(Number),
        picture: `image/png;${Buffer.from(png).toString('base64')}`,
        literal: '{seed}',
        style: ['bold'],
      },
    });
  });

  it('takes pictures of a template from JSON, or as they are', async () => {
    const request = { prompt: '{prompt}' };
    const url = server.url.replace('/v1', '/own/draw');
    for (const [image, prompt] of [
      ['/result/picture', 'a'],
      ['body', 'b [picture-itself]'],
    ] as const) {
      const model = endpointModel({ kind: 'template', url, request, response: { image }, ...inside });
      const [made] = await (await openHttpPainter(model, endpointContext())).generate([{ prompt, seed: seedOf('a') }]);
      expect(made).toBeInstanceOf(Uint8Array);
    }
  });

  it('never asks for what half a surrogate pair says', async () => {
    expect(await draw('half \ud83d')).toEqual(failure('MODEL_PROMPT_INVALID', /surrogate/));
    expect(server.seen).toEqual([]);
  });
});

describe('a server that misbehaves', () => {
  it.each([
    'too-many 2',
    'too-many-seconds 1',
    'too-many-date 1',
    'server-error 3',
    'bad-gateway 1',
    'overloaded 2',
    'gateway-timeout 1',
    'reset 2',
    'cut-off 1',
    'truncated-json 2',
    'wrong-type 1',
    'other-shape 1',
    'error-inside 1',
    'bad-base64 1',
    'compressed 1',
    'half-a-picture 1',
  ])('%s times is asked again', async (wish) => {
    expect(await draw(`a cat [${wish}]`)).toBeInstanceOf(Uint8Array);
    expect(server.seen).toHaveLength(Number(wish.split(' ')[1]) + 1);
  });

  it.each(['too-many-seconds', 'too-many-date'])('%s is not asked again before it said', async (wish) => {
    await draw(`a dog [${wish} 1]`);
    // A date has whole seconds: the one that lies 1.5 s ahead begins 0.5 to 1.5 s from now.
    expect(server.seen[1]!.at - server.seen[0]!.at).toBeGreaterThan(wish === 'too-many-seconds' ? 990 : 490);
  });

  it.each([
    ['refusal', 'MODEL_REFUSED', /content_policy_violation: Your request was rejected/],
    ['refusal-forbidden', 'MODEL_REFUSED', /ResponsibleAIPolicyViolation: blocked/],
    ['rejected', 'MODEL_REQUEST_REJECTED', /status 400: maximum context length/],
    ['empty-data', 'MODEL_ANSWER_EMPTY', /no picture/],
    ['truncated-json', 'MODEL_ANSWER_INVALID', /must be JSON, got \d+ bytes that break off or are none; attempts: 3/],
    ['wrong-type', 'MODEL_ANSWER_INVALID', /must be JSON, got text\/html/],
    ['compressed', 'MODEL_ANSWER_INVALID', /content-encoding gzip/],
    ['other-shape', 'MODEL_ANSWER_INVALID', /must have data, got members result/],
    ['error-inside', 'MODEL_ANSWER_INVALID', /the model crashed/],
    ['bad-base64', 'MODEL_ANSWER_INVALID', /base64/],
    ['not-a-picture', 'MODEL_ANSWER_INVALID', /PNG, JPEG or WebP/],
    ['gif', 'MODEL_ANSWER_INVALID', /GIF/],
    ['half-a-picture', 'MODEL_ANSWER_INVALID', /picture/],
    ['bomb', 'MODEL_ANSWER_TOO_LARGE', /20000 x 20000/],
    ['huge-declared', 'MODEL_ANSWER_TOO_LARGE', /at most 33554432 bytes, got 10000000000/],
  ])('%s fails the sample, and no other', async (wish, code, message) => {
    const open = await painter();
    const [bad, good] = await open.generate([
      { prompt: `a cat [${wish}]`, seed: seedOf('a') },
      { prompt: 'a dog', seed: seedOf('b') },
    ]);
    expect(bad).toEqual(failure(code, message));
    expect(good).toBeInstanceOf(Uint8Array);
  });

  it.each([
    ['refusal-said', 'MODEL_REFUSED', /I cannot help/],
    ['refusal-filtered', 'MODEL_REFUSED', /content_filter/],
    ['empty-text', 'MODEL_ANSWER_EMPTY', /no text, finish_reason stop/],
  ])('%s fails the caption', async (wish, code, message) => {
    expect(await write(`what [${wish}]`)).toEqual(failure(code, message));
    expect(server.seen).toHaveLength(1);
  });

  it('a body without end is cut at the limit', async () => {
    expect(await draw('a cat [endless]', { maxBytes: 200_000 })).toEqual(
      failure('MODEL_ANSWER_TOO_LARGE', /at most 200000 bytes, got more/),
    );
  });

  it.each([
    ['slow-headers', /within 1 s, got no answer/],
    ['slow-body', /within 1 s, got only a part/],
    ['slow-drip', /within 1 s, got only a part/],
  ])('%s is given up in time', async (wish, message) => {
    await expect(draw(`a cat [${wish}]`, { timeoutSeconds: 1, attempts: 2 })).rejects.toMatchObject({
      code: 'MODEL_UNAVAILABLE',
      permanent: false,
      message: expect.stringMatching(message),
    });
    expect(server.seen).toHaveLength(2);
  });

  it.each([
    ['key-refused', 'MODEL_KEY_REFUSED', 'look whether STUB_API_KEY'],
    ['quota-spent', 'MODEL_QUOTA_SPENT', 'add credit'],
    ['not-found', 'MODEL_ENDPOINT_MISSING', 'url and model'],
    ['redirect-private', 'MODEL_REDIRECT_REFUSED', 'allowRedirects'],
    ['redirect-file', 'MODEL_REDIRECT_REFUSED', 'allowRedirects'],
  ])('%s ends the batch at once, with a hint', async (wish, code, hint) => {
    await expect(draw(`a cat [${wish}]`, { keyVariable: 'STUB_API_KEY' })).rejects.toMatchObject({
      code,
      permanent: true,
      hint: expect.stringContaining(hint),
    });
    expect(server.seen).toHaveLength(1);
  });

  it.each(['server-error', 'overloaded', 'reset', 'cut-off', 'too-many'])(
    '%s without end, and nobody is answered: the endpoint is away, which passes',
    async (wish) => {
      await expect(draw(`a cat [${wish}]`, { attempts: 3 })).rejects.toMatchObject({
        code: 'MODEL_UNAVAILABLE',
        permanent: false,
        message: expect.stringMatching(/attempts: 3$/),
        hint: expect.stringContaining('hopline resume'),
      });
      expect(server.seen).toHaveLength(3);
    },
  );

  it('server-error without end while others are answered is the fault of the sample', async () => {
    const open = await painter({ attempts: 3, concurrency: 2, pauseSeconds: 0.2 });
    const [bad, good] = await open.generate([
      { prompt: 'poison [server-error]', seed: seedOf('a') },
      { prompt: 'a dog', seed: seedOf('b') },
    ]);
    expect(bad).toEqual(failure('MODEL_NO_ANSWER', /status 500: oops; attempts: 3/));
    expect(good).toBeInstanceOf(Uint8Array);
  });

  it('server-error without end is the fault of the sample, too, when it alone is left and tried for the fifth time', async () => {
    const open = await painter({ attempts: 1 });
    const alone = [{ prompt: 'poison alone [server-error]', seed: seedOf('a') }];
    await open.generate([{ prompt: 'done before', seed: seedOf('b') }]);
    for (let time = 1; time < 5; time++) await expect(open.generate(alone)).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' });
    expect(await open.generate(alone)).toEqual([failure('MODEL_NO_ANSWER', /status 500/)]);
  });

  it('one that wants hours is away, and whoever comes later waits', async () => {
    const controller = new AbortController();
    const context = endpointContext(controller.signal);
    const open = await openHttpPainter(endpointModel(images()), context, { env });
    await expect(open.generate([{ prompt: 'a cat [too-many-hours]', seed: seedOf('a') }])).rejects.toMatchObject({
      code: 'MODEL_UNAVAILABLE',
    });
    const waiting = open.generate([{ prompt: 'a dog', seed: seedOf('b') }]);
    setTimeout(() => controller.abort(new Error('tired of it')), 300);
    await expect(waiting).rejects.toThrow('tired of it');
    expect(server.seen).toHaveLength(1);
  });

  it('nobody who listens is an endpoint that is away', async () => {
    const url = 'http://127.0.0.1:1/v1';
    await expect(draw('a cat', { url, attempts: 2 })).rejects.toMatchObject({
      code: 'MODEL_UNAVAILABLE',
      permanent: false,
      message: 'endpoint 127.0.0.1:1 must answer, got nobody who listens there (ECONNREFUSED); attempts: 2',
    });
  });
});

describe('what comes back', () => {
  it('may be a text in parts, or one that was cut', async () => {
    expect(await write('what [parts]')).toMatchObject({ text: 'two parts' });
    expect(await write('what [cut-text]')).toMatchObject({ text: 'a long sent' });
    expect(await write('what [lone-surrogate]')).toMatchObject({ text: 'half \ufffd a face' });
  });

  it('may be a picture elsewhere, which is fetched without the key', async () => {
    for (const wish of ['by-url', 'by-data-url'])
      expect(await draw(`a cat [${wish}]`, { keyVariable: 'STUB_API_KEY' })).toBeInstanceOf(Uint8Array);
    const fetched = server.seen.find(({ path }) => path.startsWith('/pictures/'));
    expect(fetched).toMatchObject({ method: 'GET', path: '/pictures/cat.png?sig=abc' });
    expect(JSON.stringify(fetched!.headers)).not.toContain(KEY);
  });

  it('carries a receipt: requests, tokens and cost over all attempts, also of a failure', async () => {
    const price = { inputMillion: 2, outputMillion: 10, request: 0.001, answer: 0.04 };
    const open = await painter({ price });
    const [good, revised, refused] = await open.outputs([
      { prompt: 'a cat [server-error 2]', seed: seedOf('a') },
      { prompt: 'a cat [by-url]', seed: seedOf('b') },
      { prompt: 'a cat [refusal]', seed: seedOf('c') },
    ]);
    expect(good!.receipt).toEqual({ requests: 3, inputTokens: 20, outputTokens: 5, cost: 0.04309, currency: 'USD' });
    expect(revised!.receipt).toEqual({ requests: 1, revisedPrompt: 'a fine cat', cost: 0.041, currency: 'USD' });
    expect(refused).toEqual({
      failed: expect.stringMatching(/^MODEL_REFUSED the service must/),
      receipt: { requests: 1, cost: 0.001, currency: 'USD' },
    });
    const [filtered] = await (await captioner()).outputs([{ image: png, seed: seedOf('a'), prompt: 'x [refusal-filtered]' }]);
    expect(filtered!.receipt).toEqual({ requests: 1, inputTokens: 7, outputTokens: 1 });
    const [said] = await (await captioner()).outputs([{ image: png, seed: seedOf('a') }]);
    expect(said).toEqual({ text: 'a picture', receipt: { requests: 1, model: 'stub-1', inputTokens: 20, outputTokens: 5 } });
  });

  it('is kept when the batch fails, so that the next try asks for the rest only', async () => {
    const open = await painter({ attempts: 1, concurrency: 1 });
    const batch = [
      { prompt: 'paid for', seed: seedOf('a') },
      { prompt: 'a dog [too-many 1]', seed: seedOf('b') },
    ];
    await expect(open.generate(batch)).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' });
    expect(await open.generate(batch)).toEqual([expect.any(Uint8Array), expect.any(Uint8Array)]);
    expect(server.seen.map(({ body }) => (body as { prompt: string }).prompt)).toEqual([
      'paid for',
      batch[1]!.prompt,
      batch[1]!.prompt,
    ]);
  });
});

describe('redirects, where they are allowed', () => {
  const allowRedirects = true;
  it('are followed with the body, and checked', async () => {
    expect(await draw('a cat [redirect-on 1]', { allowRedirects, keyVariable: 'STUB_API_KEY' })).toBeInstanceOf(Uint8Array);
    expect(server.seen.map(({ path, method, headers }) => [method, path, headers.authorization])).toEqual([
      ['POST', '/v1/images/generations', `Bearer ${KEY}`],
      ['POST', '/next/v1/images/generations', `Bearer ${KEY}`],
    ]);
  });

  it.each([
    ['redirect-get', /POST by 307 or 308, got 302/],
    ['redirect-file', /http address/],
    ['redirect-on', /at most 5 times/],
  ])('%s is refused all the same', async (wish, message) => {
    await expect(draw(`a cat [${wish}]`, { allowRedirects })).rejects.toMatchObject({
      code: 'MODEL_REDIRECT_REFUSED',
      message: expect.stringMatching(message),
    });
  });
});

describe('limits', () => {
  it('concurrency holds within a batch', async () => {
    const own = await startStubServer();
    own.pause = 200;
    try {
      const open = await painter({ url: own.url, concurrency: 3 });
      await open.generate(Array.from({ length: 12 }, (_, index) => ({ prompt: `p${index}`, seed: seedOf(`${index}`) })));
      expect(own.mostAtATime).toBe(3);
    } finally {
      await own.close();
    }
  });

  it('cancelling the task ends requests and pauses', async () => {
    const controller = new AbortController();
    const open = await openHttpPainter(endpointModel(images({ pauseSeconds: 30 })), endpointContext(controller.signal), { env });
    const asked = open.generate([
      { prompt: 'a [slow-headers]', seed: seedOf('a') },
      { prompt: 'b [server-error]', seed: seedOf('b') },
    ]);
    setTimeout(() => controller.abort(new Error('cancelled')), 200);
    await expect(asked).rejects.toThrow('cancelled');
  });
});

describe('the key', () => {
  const keyed = { keyVariable: 'STUB_API_KEY', attempts: 2 };
  const wishes = [
    'echo-in-error',
    'echo-in-rejection',
    'echo-in-refusal',
    'echo-in-answer',
    'echo-escaped',
    'echo-in-redirect',
    'key-refused',
  ];

  it.each(wishes)('is in no error and no output when a server does %s', async (wish) => {
    const open = await captioner(keyed);
    const result = await open
      .outputs([{ image: png, seed: seedOf('a'), prompt: `x [${wish}]` }])
      .catch((error: unknown) => error);
    const said = everythingIn(result);
    expect(said).toMatch(/MODEL_/);
    for (let at = 0; at + 8 <= KEY.length; at++) expect(said).not.toContain(KEY.slice(at, at + 8));
    expect(said).not.toContain(Buffer.from(KEY).toString('base64').slice(0, 20));
  });

  it('goes where keyHeader says', async () => {
    await draw('a cat', { keyVariable: 'STUB_API_KEY', keyHeader: 'api-key' });
    expect(server.seen[0]!.headers).toMatchObject({ 'api-key': KEY });
    expect(server.seen[0]!.headers.authorization).toBeUndefined();
  });

  it('goes to no server that the operator has not named, where he names any', async () => {
    const { host } = new URL(server.url);
    const open = (HOPLINE_ENDPOINT_HOSTS: string) =>
      painter({ keyVariable: 'STUB_API_KEY' }, { env: { ...env, HOPLINE_ENDPOINT_HOSTS } });
    await expect(open('api.openai.com, 127.0.0.1')).rejects.toMatchObject({
      code: 'MODEL_ADDRESS_REFUSED',
      message: expect.stringContaining(host),
    });
    await (await open(`api.openai.com, ${host}`)).generate([{ prompt: 'a cat', seed: seedOf('a') }]);
    expect(server.seen).toHaveLength(1);
  });

  it('that is missing, or that no header takes, is named by its variable', async () => {
    for (const value of [undefined, '', 'two\nlines']) {
      const model = endpointModel(images({ keyVariable: 'STUB_API_KEY' }));
      const opened = openHttpPainter(model, endpointContext(), { env: { STUB_API_KEY: value } });
      await expect(opened).rejects.toMatchObject({
        code: 'MODEL_KEY_MISSING',
        message: expect.stringContaining('STUB_API_KEY'),
        hint: 'start the workers with STUB_API_KEY set',
      });
    }
  });
});

/** All that an error or output could show anybody. */
function everythingIn(value: unknown): string {
  if (!(value instanceof Error)) return JSON.stringify(value);
  const { message, stack, cause } = value;
  const more = value instanceof HoplineError ? [value.code, value.hint, JSON.stringify(value.details)] : [];
  return [message, stack, JSON.stringify(value), String(cause), ...more].join('\n');
}
