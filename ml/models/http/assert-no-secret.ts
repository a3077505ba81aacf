import { EndpointError } from './endpoint-error.ts';

/** What keys of the usual services look like. */
const SHAPES = [
  /\b(sk|pk|rk)[-_][A-Za-z0-9_-]{16,}/,
  /\b(hf|gsk|r8|xai|key|tok)[-_][A-Za-z0-9_-]{16,}/,
  /\bgh[pousr]_[A-Za-z0-9]{20,}/,
  /\bxox[abpr]-[A-Za-z0-9-]{10,}/,
  /\bAIza[A-Za-z0-9_-]{30,}/,
  /\bAKIA[A-Z0-9]{16}\b/,
  /\bBearer\s+\S{8,}/i,
  /\bBasic\s+[A-Za-z0-9+/=]{8,}/,
  /\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\./,
];

/** Members that are there to hold a key. */
const NAMES = /^(x[-_])?(api[-_]?key|key|token|access[-_]?token|secret|password|authorization|auth|bearer|credentials?)$/i;

/** A key in the file would be stored, listed and sent to everybody who may look at a model.
 *  @throws MODEL_ENDPOINT_INVALID, which names the place and not the key */
export function assertNoSecret(model: string, json: unknown, path: readonly (string | number)[] = ['endpoint']): void {
  if (typeof json === 'string') {
    if (SHAPES.some((shape) => shape.test(json))) throw secretAt(model, path);
  } else if (typeof json === 'object' && json !== null) {
    for (const [name, value] of Object.entries(json)) {
      if (NAMES.test(name) && typeof value === 'string' && value !== '') throw secretAt(model, [...path, name]);
      assertNoSecret(model, name, path);
      assertNoSecret(model, value, [...path, name]);
    }
  }
}

const secretAt = (model: string, path: readonly (string | number)[]): EndpointError =>
  new EndpointError('MODEL_ENDPOINT_INVALID', `model "${model}".${path.join('.')} must hold no key, got what looks like one`, {
    hint: 'set the key in the environment of the workers and name the variable: "keyVariable": "OPENAI_API_KEY"',
  });
