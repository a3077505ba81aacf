import { setMaxListeners } from 'node:events';
import { digestJson, sha256 } from '../../../engine/plan/digest.ts';
import type { ModelFiles, StepContext } from '../../../engine/plan/step-io.ts';
import { type Seed, seedRandom } from '../seed-random.ts';
import { apiKey } from './api-key.ts';
import { assertHostAllowed } from './assert-host-allowed.ts';
import { type Call, callEndpoint, type Outcome } from './call-endpoint.ts';
import { chatProtocol } from './chat-protocol.ts';
import { type Endpoint, readEndpoint } from './endpoint.ts';
import { EndpointError } from './endpoint-error.ts';
import { ENDPOINT_FILE } from './endpoint-file.ts';
import { memoryOf } from './endpoint-memory.ts';
import type { Resolve } from './guarded-lookup.ts';
import { imagesProtocol } from './images-protocol.ts';
import type { Protocol } from './protocol.ts';
import { assertFillable, type TemplateParams, templateProtocol } from './template-protocol.ts';

/** What opening needs of a step's context. */
export type EndpointContext = Pick<StepContext, 'permit' | 'signal'>;

export interface EndpointOptions {
  /** Values of a template's {params.NAME}, over those in the file. */
  params?: TemplateParams;
  /** Where keys are. Default: the environment. */
  env?: NodeJS.ProcessEnv;
  /** How names become addresses. Default: as the machine does. */
  resolve?: Resolve;
}

export interface EndpointItem {
  prompt: string;
  image?: Uint8Array;
  seed: Seed;
}

export interface OpenEndpoint {
  endpoint: Endpoint;
  /** An outcome an item, in order. @throws what concerns the endpoint; answers that came before it are kept for the next try */
  ask(items: readonly EndpointItem[]): Promise<Outcome[]>;
}

/** Opens a registered model that is a server, to draw or to write.
 *  @throws MODEL_ENDPOINT_INVALID, MODEL_ADDRESS_REFUSED, MODEL_KEY_MISSING */
export async function openEndpoint(
  model: Pick<ModelFiles, 'name' | 'digest' | 'read'>,
  makes: 'picture' | 'text',
  { permit, signal }: EndpointContext,
  { params, env = process.env, resolve }: EndpointOptions = {},
): Promise<OpenEndpoint> {
  const { name, digest } = model;
  const endpoint = readEndpoint(name, jsonOf(await model.read(ENDPOINT_FILE)));
  assertHostAllowed(name, endpoint, env);
  const protocol = protocolOf(name, endpoint, makes, params);
  const key = apiKey(name, endpoint, env);
  const memory = memoryOf(digest);
  const call: Call = { endpoint, protocol, key, memory, permit, model: { name, digest }, ...(resolve ? { resolve } : {}) };
  return {
    endpoint,
    async ask(items) {
      const ids = items.map((item) => digestJson({ model: digest, params: params ?? {}, ...identityOf(item) }));
      const stop = new AbortController();
      const either = AbortSignal.any([signal, stop.signal]);
      // Every lane listens while it waits.
      setMaxListeners(0, either);
      const askFor = async (item: EndpointItem, index: number): Promise<Outcome> => {
        const known = memory.recall(ids[index]!);
        if (known) return known;
        if (!item.prompt.isWellFormed()) return promptInvalid();
        const seed = seedRandom(item.seed).nextUint32() >>> 1;
        const outcome = await callEndpoint(call, { ...item, seed, drawn: item.seed }, ids[index]!, either);
        if ('value' in outcome) memory.keep(ids[index]!, outcome);
        return outcome;
      };
      try {
        const outcomes = await inLanes(items, endpoint.concurrency, askFor, (error) => stop.abort(error));
        memory.forget(ids);
        return outcomes;
      } finally {
        stop.abort();
      }
    },
  };
}

function protocolOf(model: string, endpoint: Endpoint, makes: 'picture' | 'text', params?: TemplateParams): Protocol {
  const does = endpoint.kind === 'images' || (endpoint.kind === 'template' && endpoint.response.image) ? 'picture' : 'text';
  if (does !== makes) {
    throw new EndpointError(
      'MODEL_ENDPOINT_INVALID',
      `model "${model}".endpoint must make a ${makes}, got kind ${endpoint.kind}, which makes a ${does}`,
      { hint: 'hopline models ls shows the models' },
    );
  }
  if (endpoint.kind === 'images') return imagesProtocol(endpoint);
  if (endpoint.kind === 'chat') return chatProtocol(endpoint);
  assertFillable(model, endpoint, params, makes === 'text');
  return templateProtocol(endpoint, params);
}

/** What makes two items the same request. */
const identityOf = ({ prompt, image, seed }: EndpointItem) => ({
  prompt: Buffer.from(prompt, 'utf16le').toString('base64'),
  seed: typeof seed === 'string' ? seed : String(seed),
  ...(image ? { image: sha256(image) } : {}),
});

function promptInvalid(): Outcome {
  const error = new EndpointError('MODEL_PROMPT_INVALID', 'prompt must be well-formed Unicode, got half a surrogate pair');
  return { error, receipt: {} };
}

/** Some at a time; the first that throws stops the others. */
async function inLanes<I, O>(
  items: readonly I[],
  lanes: number,
  work: (item: I, index: number) => Promise<O>,
  stop: (error: unknown) => void,
): Promise<O[]> {
  const results: O[] = [];
  let next = 0;
  let failed: { error: unknown } | undefined;
  const lane = async (): Promise<void> => {
    while (next < items.length && !failed) {
      const index = next++;
      try {
        results[index] = await work(items[index]!, index);
      } catch (error) {
        failed ??= { error };
        stop(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(lanes, items.length) }, lane));
  if (failed) throw failed.error;
  return results;
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}
