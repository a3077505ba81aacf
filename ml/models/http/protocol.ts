import type { Usage } from './receipt.ts';

/** What is to be made. */
export interface Asked {
  prompt: string;
  /** PNG, JPEG or WebP. */
  image?: Uint8Array;
  /** Below 2^31. */
  seed: number;
}

/** What an answer says that was taken apart. */
export type Told = { text: string } | { picture: Uint8Array } | { pictureUrl: URL };

/** How a kind of endpoint is spoken to. */
export interface Protocol {
  url: URL;
  /** The body of a request. JSON. */
  request(asked: Asked): unknown;
  /** Media type that the answer must have. */
  accepts: 'json' | 'picture';
  /** Takes an answer apart. `usage` counts also when it throws. @throws EndpointError */
  read(answer: unknown, usage: (usage: Usage) => void): Told;
  /** Tokens that a request is expected to take, for the budget. */
  estimate(asked: Asked): number;
}

/** A token of the usual vocabularies has about four characters. */
export const textTokens = (text: string): number => Math.ceil(text.length / 4);
/** What a picture is expected to cost, and an answer. */
export const PICTURE_TOKENS = 800;
export const ANSWER_TOKENS = 200;

/** `https://host/v1` and `/images/generations`, with what stands behind a question mark. */
export function under(base: string, path: string): URL {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}${path}`;
  return url;
}
