import { setTimeout as sleep } from 'node:timers/promises';
import type { Digest } from '../../../engine/plan/digest.ts';
import { HoplineError } from '../../../engine/plan/errors.ts';
import type { PermitAsk, PermitEnd } from '../../../engine/plan/permit.ts';
import type { StepContext } from '../../../engine/plan/step-io.ts';
import type { Seed } from '../seed-random.ts';
import { askOnce, type Line } from './ask-once.ts';
import { backOff } from './back-off.ts';
import { EndpointError } from './endpoint-error.ts';
import type { EndpointMemory, Made } from './endpoint-memory.ts';
import type { Asked } from './protocol.ts';
import { Receipt } from './receipt.ts';

export interface Call extends Line {
  model: { name: string; digest: Digest };
  memory: EndpointMemory;
  permit: StepContext['permit'];
}

/** What became of one sample: the answer, or why there is none. */
export type Outcome = Made | { error: HoplineError; receipt: Made['receipt'] };

/** Attempts at an answer that is there, but broken: the next one is seldom better. */
const MOST_BROKEN = 3;
/** A server that wants a longer pause is away. Seconds. */
const LONGEST_PAUSE = 300;
const MOST_MESSAGE = 600;

/** Asks an endpoint for one sample, as often as it may take. A fault of the sample is its outcome; one of the endpoint is thrown.
 *
 *  A request that fails to the last is the sample's own fault if the endpoint has answered others meanwhile; otherwise the endpoint is away,
 *  which says nothing about the sample (`EndpointMemory.giveUp`).
 *  @throws EndpointError that concerns the endpoint; MODEL_UNAVAILABLE is not permanent; what the signal was aborted with */
export async function callEndpoint(
  call: Call,
  asked: Asked & { drawn: Seed },
  id: string,
  signal: AbortSignal,
): Promise<Outcome> {
  const { endpoint, memory } = call;
  const receipt = new Receipt();
  const since = performance.now();
  let broken = 0;
  for (let attempt = 1; ; attempt++) {
    const made = await attemptOnce(call, asked, broken === 0 ? id : `${id}-${broken}`, receipt, signal);
    if (!(made instanceof EndpointError)) {
      memory.answered();
      return { value: made, receipt: receipt.toJson(endpoint) };
    }
    const { concernsSample, permanent, retryAfter = 0 } = made;
    if (concernsSample) memory.answered();
    // A server that knows the id would give the same answer again.
    if (!made.onTheWay) broken++;
    const most = concernsSample ? Math.min(MOST_BROKEN, endpoint.attempts) : endpoint.attempts;
    if (permanent || attempt >= most || retryAfter > LONGEST_PAUSE) {
      const last = permanent ? made : givenUp(made, attempt, memory.giveUp(id, since));
      if (!last.concernsSample) throw last;
      return { error: last, receipt: receipt.toJson(endpoint) };
    }
    const pause = Math.max(retryAfter, backOff(asked.drawn, attempt, endpoint.pauseSeconds));
    await sleep(pause * 1000, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

/** Under the budget that all workers share. What the server asks us to wait holds for everybody.
 *  @throws what stands in the way of a permit; what the signal was aborted with */
async function attemptOnce(
  call: Call,
  asked: Asked,
  id: string,
  receipt: Receipt,
  signal: AbortSignal,
): Promise<string | Uint8Array | EndpointError> {
  const held = await call.permit(permitAsk(call, asked), signal);
  const before = receipt.tokens ?? 0;
  const end: PermitEnd = {};
  try {
    signal.throwIfAborted();
    return await askOnce(call, asked, id, receipt, signal);
  } catch (cause) {
    signal.throwIfAborted();
    const error = named(cause, call.key.redact);
    if (error.retryAfter !== undefined) end.pause = Math.min(error.retryAfter, LONGEST_PAUSE);
    return error;
  } finally {
    const after = receipt.tokens;
    if (after !== undefined && after > before) end.used = { tokens: after - before };
    held.release(end);
  }
}

function permitAsk({ endpoint, protocol, model }: Call, asked: Asked): PermitAsk {
  const { concurrency, requestsPerMinute, tokensPerMinute, timeoutSeconds } = endpoint;
  return {
    key: model.digest,
    concurrency,
    perMinute: {
      ...(requestsPerMinute === undefined ? {} : { requests: requestsPerMinute }),
      ...(tokensPerMinute === undefined ? {} : { tokens: tokensPerMinute }),
    },
    cost: { requests: 1, tokens: protocol.estimate(asked) },
    // The request, then the picture that it names.
    seconds: 2 * timeoutSeconds + 10,
  };
}

/** An error with a code, without the key in it. Nothing of what caused it is kept: it may hold headers. */
function named(cause: unknown, redact: (text: string) => string): EndpointError {
  if (!(cause instanceof HoplineError)) throw new Error(redact(String((cause as Error)?.message ?? cause)));
  const error =
    cause instanceof EndpointError
      ? cause
      : new EndpointError(cause.code as 'MODEL_UNAVAILABLE', cause.message, optionsOf(cause));
  return error.saying(redact(error.message).slice(0, MOST_MESSAGE));
}

const optionsOf = ({ permanent, hint }: HoplineError): { permanent: boolean; hint?: string } => ({
  permanent,
  ...(hint === undefined ? {} : { hint }),
});

function givenUp(error: EndpointError, attempts: number, othersAnswered: boolean): EndpointError {
  const words = `${error.message}; attempts: ${attempts}`;
  const ofSample = error.code === 'MODEL_UNAVAILABLE' && othersAnswered && !error.tooMany && error.retryAfter === undefined;
  return error.saying(words, ofSample ? 'MODEL_NO_ANSWER' : (error.code as 'MODEL_UNAVAILABLE'));
}
