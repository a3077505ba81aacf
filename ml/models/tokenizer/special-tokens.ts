import { isObject, type JsonObject } from './read-json-file.ts';

const roles = ['bos', 'eos', 'unk', 'sep', 'pad', 'cls', 'mask'] as const;
export type SpecialRole = (typeof roles)[number];

/** The ids of the tokens that play a part, as tokenizer_config.json names them (a text or an object with `content`), else as
 *  special_tokens_map.json does. A part that no token plays, or one whose token has no id, is left out. */
export function specialIds(
  config: JsonObject,
  map: JsonObject,
  idOf: (token: string) => number | undefined,
): Partial<Record<SpecialRole, number>> {
  const ids: Partial<Record<SpecialRole, number>> = {};
  for (const role of roles) {
    const token = contentOf(config[`${role}_token`]) ?? contentOf(map[`${role}_token`]);
    const id = token === undefined ? undefined : idOf(token);
    if (id !== undefined) ids[role] = id;
  }
  return ids;
}

function contentOf(token: unknown): string | undefined {
  if (typeof token === 'string') return token;
  return isObject(token) && typeof token.content === 'string' ? token.content : undefined;
}
