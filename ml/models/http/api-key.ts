import type { Endpoint } from './endpoint.ts';
import { EndpointError } from './endpoint-error.ts';
import { redactor } from './redact.ts';

export interface ApiKey {
  /** The header with the key, or none. */
  headers: Record<string, string>;
  /** Takes the key, and long parts of it, out of a text. */
  redact(text: string): string;
  /** Whether bytes or text that came back hold it. */
  isIn(bytes: Uint8Array | string): boolean;
}

/** The key of an endpoint, from the worker's environment, read anew for each batch. Nothing else ever holds it.
 *  @throws MODEL_KEY_MISSING */
export function apiKey(
  model: string,
  { keyVariable, keyHeader }: Pick<Endpoint, 'keyVariable' | 'keyHeader'>,
  env: NodeJS.ProcessEnv = process.env,
): ApiKey {
  if (keyVariable === undefined) return { headers: {}, redact: (text) => text, isIn: () => false };
  const key = env[keyVariable]?.trim();
  if (!key || !/^[\x21-\x7e]+$/.test(key)) {
    throw new EndpointError(
      'MODEL_KEY_MISSING',
      `model "${model}".keyVariable must name a variable of the worker's environment that holds a key, got ${keyVariable} ${key ? 'with characters that no header takes' : 'unset'}`,
      { hint: `start the workers with ${keyVariable} set` },
    );
  }
  const value = keyHeader.toLowerCase() === 'authorization' ? `Bearer ${key}` : key;
  return {
    headers: { [keyHeader.toLowerCase()]: value },
    redact: redactor(key),
    isIn: (bytes) =>
      (typeof bytes === 'string' ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)).includes(key),
  };
}
