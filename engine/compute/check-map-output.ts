import type { MapStep } from '../plan/define-step.ts';
import { canonicalJson } from '../plan/digest.ts';
import type { HoplineError } from '../plan/errors.ts';
import type { JsonObject } from '../plan/json.ts';
import type { MapOutput } from '../plan/step-io.ts';
import { imageType } from '../store/image-type.ts';
import { payloadMedium, type SamplePayload } from '../store/sample-payload.ts';
import type { OrderItem } from './order.ts';
import { outputError } from './output-errors.ts';

export type CheckedOutput = (
  | { kind: 'sample'; payload: SamplePayload; meta: JsonObject }
  | { kind: 'score'; loss: number; values: Record<string, number> }
  | { kind: 'failed'; reason: string }
) & { receipt?: JsonObject };

/** One output of a map step, checked. A number that is not finite fails its item, under the name STEP_OUTPUT_NAN, and so does a blank text,
 *  STEP_OUTPUT_BLANK; an output of the wrong form is a mistake in the step and fails the whole order.
 *  @throws STEP_OUTPUT_MEDIUM, STEP_OUTPUT_IMAGE, STEP_OUTPUT_META */
export function checkMapOutput(step: MapStep, item: OrderItem, output: MapOutput): CheckedOutput {
  if (typeof output !== 'object' || output === null) throw wrongMedium(step, item, String(output));
  const checked = checkContent(step, item, output);
  if (output.receipt === undefined) return checked;
  assertJson(step, item, 'receipt', output.receipt);
  return { ...checked, receipt: output.receipt };
}

function checkContent(step: MapStep, item: OrderItem, output: MapOutput): CheckedOutput {
  if (output.failed !== undefined) return { kind: 'failed', reason: output.failed || 'no reason given' };
  return step.output === 'scores' ? checkScore(step, item, output) : checkSample(step, item, output);
}

function checkScore(step: MapStep, item: OrderItem, { loss, values = {}, text, image, features }: MapOutput): CheckedOutput {
  if (typeof loss !== 'number' || text !== undefined || image || features)
    throw wrongMedium(step, item, present({ text, image, features }));
  const odd = Object.entries({ loss, ...values }).find(([, value]) => !Number.isFinite(value));
  if (odd) return notFinite(odd[0], odd[1], item);
  return { kind: 'score', loss, values };
}

function checkSample(step: MapStep, item: OrderItem, { text, image, features, meta = {} }: MapOutput): CheckedOutput {
  const payload: SamplePayload = {
    ...(text === undefined ? {} : { text }),
    ...(image ? { image } : {}),
    ...(features ? { features } : {}),
  };
  if (payloadMedium(payload) !== step.output) throw wrongMedium(step, item, present(payload));
  assertJson(step, item, 'meta', meta);
  if (text !== undefined) {
    const blank = step.blank !== 'keep' && !VISIBLE.test(text);
    return blank ? blankText(item, text) : { kind: 'sample', payload: { text: wellFormed(text) }, meta };
  }
  if (image) {
    assertImage(step, item, image);
    return { kind: 'sample', payload, meta };
  }
  if (!(features instanceof Float32Array)) throw wrongMedium(step, item, 'features that are no Float32Array');
  const odd = features.findIndex((value) => !Number.isFinite(value));
  return odd < 0 ? { kind: 'sample', payload, meta } : notFinite(`features[${odd}]`, features[odd]!, item);
}

/** Anything but white space, control and formatting characters such as the zero-width space. */
const VISIBLE = /[^\s\p{Cc}\p{Cf}]/u;

function blankText(item: OrderItem, text: string): CheckedOutput {
  const got = text === '' ? 'nothing' : `${text.length} invisible characters`;
  return { kind: 'failed', reason: `STEP_OUTPUT_BLANK text of item ${item.key} must not be blank, got ${got}` };
}

function notFinite(name: string, value: number, item: OrderItem): CheckedOutput {
  return { kind: 'failed', reason: `STEP_OUTPUT_NAN ${name} of item ${item.key} must be finite, got ${value}` };
}

function assertImage(step: MapStep, item: OrderItem, image: Uint8Array): void {
  if (image instanceof Uint8Array && imageType(image)) return;
  const got =
    image instanceof Uint8Array
      ? `${image.length} bytes that start with ${Buffer.from(image.subarray(0, 4)).toString('hex') || 'nothing'}`
      : typeof image;
  throw outputError('STEP_OUTPUT_IMAGE', step.name, `must return PNG, JPEG or WebP bytes for item ${item.key}`, got);
}

function assertJson(step: MapStep, item: OrderItem, name: 'meta' | 'receipt', json: JsonObject): void {
  try {
    canonicalJson(json);
  } catch (error) {
    throw outputError(
      'STEP_OUTPUT_META',
      step.name,
      `must return JSON as ${name} of item ${item.key}`,
      error instanceof Error ? error.message : String(error),
    );
  }
}

function wrongMedium(step: MapStep, item: OrderItem, got: string): HoplineError {
  const rule = step.output === 'scores' ? 'a loss' : `one ${step.output}`;
  return outputError('STEP_OUTPUT_MEDIUM', step.name, `must return exactly ${rule} for item ${item.key}`, got);
}

const present = (payload: SamplePayload): string =>
  (['text', 'image', 'features'] as const).filter((medium) => payload[medium] !== undefined).join(' and ') || 'none';

/** Half a surrogate pair has no UTF-8: it becomes U+FFFD, here and not on the way to the disk. */
const wellFormed = (text: string): string => Buffer.from(text, 'utf8').toString('utf8');
