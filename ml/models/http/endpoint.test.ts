import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../engine/plan/json.ts';
import { readModelFolder } from '../../../engine/runs/read-model-folder.ts';
import { httpAdapter } from './adapter.ts';
import { readEndpoint } from './endpoint.ts';

const images: JsonObject = { kind: 'images', url: 'https://api.openai.com/v1', model: 'gpt-image-1' };
const template: JsonObject = {
  kind: 'template',
  url: 'https://example.com/',
  request: { a: '{prompt}' },
  response: { text: '/a' },
};
const refused = (json: unknown): string => {
  try {
    readEndpoint('mine', json);
  } catch (error) {
    expect(error).toMatchObject({ code: 'MODEL_ENDPOINT_INVALID', permanent: true, hint: expect.any(String) });
    return (error as Error).message;
  }
  throw new Error('was not refused');
};

describe('endpoint.json', () => {
  it('has defaults', () => {
    expect(readEndpoint('mine', images)).toMatchObject({
      concurrency: 4,
      attempts: 6,
      timeoutSeconds: 120,
      allowPrivate: false,
      allowRedirects: false,
      keyHeader: 'authorization',
      seed: false,
    });
  });

  it.each([
    [{ ...images, colour: 'red' }, /endpoint .*Unrecognized key: "colour"/],
    [{ ...images, kind: 'audio' }, /kind/],
    [{ ...images, url: 'http://api.openai.com/v1' }, /endpoint\.url must be https/],
    [{ ...images, url: 'https://169.254.169.254/' }, /endpoint\.url must be a public address/],
    [{ ...images, concurrency: 0 }, /endpoint\.concurrency/],
    [{ ...images, size: 'large' }, /endpoint\.size must be WIDTHxHEIGHT/],
    [{ ...images, headers: { Authorization: 'x' } }, /must hold no key|must carry no key/],
    [{ ...images, headers: { Host: 'x' } }, /header/],
    [{ ...template, response: {} }, /endpoint\.response must have text or image/],
    [{ ...template, response: { text: 'a.b' } }, /JSON pointer/],
    [undefined, /endpoint/],
    ['text', /endpoint/],
  ])('%j is refused by the member that is wrong', (json, message) => expect(refused(json)).toMatch(message));

  const secret = 'sk-live-0123456789abcdefghij';
  it.each([
    { ...images, apiKey: secret },
    { ...images, keyVariable: secret },
    { ...images, url: `https://user:${secret}@api.openai.com/v1` },
    { ...images, url: `https://api.openai.com/v1?token=${secret}` },
    { ...images, headers: { 'x-auth': `Bearer ${secret}` } },
    { ...images, headers: { 'x-api-key': 'a-key-of-no-known-shape' } },
    { ...images, options: { user: secret } },
    { ...images, [secret]: 1 },
    { ...template, request: { prompt: '{prompt}', api_key: 'a-key-of-no-known-shape' } },
    { ...template, params: { who: secret } },
  ])('a key in plain text is refused and not repeated (%#)', (json) => {
    expect(refused(json)).not.toMatch(/sk-live|a-key-of-no-known-shape/);
  });

  it.each(['OPENAI_API_KEY', 'HF_TOKEN', 'MY_SERVER_2_KEY'])('the key may be in %s', (keyVariable) =>
    expect(readEndpoint('mine', { ...images, keyVariable })).toMatchObject({ keyVariable }),
  );

  it.each(['PATH', 'DATABASE_URL', 'AWS_SECRET_ACCESS_KEY', 'HOPLINE_TOKEN_KEY', 'openai_api_key', 'OPENAI KEY'])(
    'no endpoint gets %s, which is not its business',
    (keyVariable) => expect(refused({ ...images, keyVariable })).toMatch(/endpoint\.keyVariable must be/),
  );
});

describe('a folder', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'hopline-endpoint-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const check = async (files: Record<string, string>) => {
    const path = mkdtempSync(join(folder, 'model-'));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
    const model = await readModelFolder(path);
    expect(await httpAdapter.recognises!(model)).toBe('endpoint.json' in files);
    await httpAdapter.check!(model);
  };

  it('with endpoint.json alone is a model; words about it are no part', async () => {
    await check({ 'endpoint.json': JSON.stringify(images), 'README.md': 'words' });
    await check({ 'endpoint.json': JSON.stringify(template) });
  });

  it.each([
    [{ 'endpoint.json': JSON.stringify(images), 'key.txt': 'x' }, /endpoint\.json alone, got endpoint\.json, key\.txt/],
    [{ 'endpoint.json': '{ "kind": "sk-live-0123456789abcdefghij' }, /must be JSON, got 39 characters/],
    [{ 'endpoint.json': JSON.stringify({ ...template, request: ['{promt}'] }) }, /placeholders of \{prompt\}.* got \{promt\}/],
    [
      { 'endpoint.json': JSON.stringify({ ...template, request: ['{image_base64}'], response: { image: '/a' } }) },
      /got \{image_base64\}/,
    ],
    [{ 'weights.bin': 'x' }, /endpoint\.json alone/],
  ])('with anything else is refused (%#)', async (files, message) => {
    await expect(check(files as Record<string, string>)).rejects.toMatchObject({
      code: 'MODEL_ENDPOINT_INVALID',
      message: expect.stringMatching(message),
    });
  });
});
