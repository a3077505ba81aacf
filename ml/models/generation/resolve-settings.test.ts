import { expect, it } from 'vitest';
import { lengthLimit } from './generation-options.ts';
import { resolveSettings } from './resolve-settings.ts';

it("takes what is given before the model's defaults, and those before the library's", () => {
  const defaults = { max_length: 16, num_beams: 3, top_k: null, repetition_penalty: 1.2 };
  const settings = resolveSettings({ repetitionPenalty: 1.5 }, defaults, [2], 64);
  expect(settings).toMatchObject({ method: 'beam', beams: 3, maxLength: 16, topK: 50, repetitionPenalty: 1.5, minLength: 0 });
  expect(resolveSettings({ method: 'greedy' }, defaults, [2], 64)).toMatchObject({ method: 'greedy', beams: 1 });
  expect(resolveSettings({}, { do_sample: true }, [2], 64).method).toBe('sample');
});

it('counts the length from the prompt where no whole length is set, within what the model has', () => {
  const limit = (defaults: object, prompt: number) => lengthLimit(resolveSettings({}, { ...defaults }, [2], 64), prompt);
  expect(limit({}, 4)).toBe(24);
  expect(limit({}, 60)).toBe(64);
  expect(limit({ max_length: 16 }, 4)).toBe(16);
  expect(limit({ max_length: 16, max_new_tokens: 5 }, 4)).toBe(9);
});

it.each([
  [{ topP: 0 }, 'topP'],
  [{ temperature: 0 }, 'temperature'],
  [{ beams: 2.5 }, 'beams'],
  [{ topK: -1 }, 'topK'],
  [{ maxLength: 65 }, 'maxLength'],
  [{ minLength: 9, maxLength: 8 }, 'minLength'],
  [{ lengthPenalty: Number.NaN }, 'lengthPenalty'],
])('refuses %j', (options, field) => {
  const expected = { code: 'OPTION_INVALID', message: expect.stringContaining(`generation.${field} must`) };
  expect(() => resolveSettings({ method: 'beam', ...options } as never, {}, [2], 64)).toThrow(expect.objectContaining(expected));
});

it('refuses a model that asks for what would change its texts unseen', () => {
  const refused = expect.objectContaining({ code: 'MODEL_NOT_SUPPORTED', message: expect.stringContaining('bad_words_ids') });
  expect(() => resolveSettings({}, { bad_words_ids: [[5]] }, [2], 64)).toThrow(refused);
  expect(resolveSettings({}, { typical_p: 1, min_p: null, suppress_tokens: [] }, [2], 64).method).toBe('greedy');
});
