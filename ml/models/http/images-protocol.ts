import { empty, invalid, kindOf, member, text } from './answer-members.ts';
import type { ImagesEndpoint } from './endpoint.ts';
import { openaiUsage } from './openai-usage.ts';
import { ANSWER_TOKENS, type Protocol, textTokens, under } from './protocol.ts';
import { fromBase64, pictureUrl } from './read-picture.ts';
import { refusedInside } from './refused-inside.ts';

/** `POST {url}/images/generations`, OpenAI's and whoever copies it: a picture as `b64_json` or as `url`. */
export function imagesProtocol({ url, model, size, seed: sendsSeed, options, maxBytes }: ImagesEndpoint): Protocol {
  return {
    url: under(url, '/images/generations'),
    accepts: 'json',
    request: ({ prompt, seed }) => ({
      ...options,
      model,
      prompt,
      n: 1,
      ...(size === undefined ? {} : { size }),
      ...(sendsSeed ? { seed } : {}),
    }),
    read(answer, usage) {
      const made = member(answer, 'data', 0);
      const revised = text(member(made, 'revised_prompt'));
      const told = openaiUsage(answer);
      usage({ ...told, notes: { ...told.notes, ...(revised ? { revisedPrompt: revised.slice(0, 4000) } : {}) } });
      refusedInside(answer);
      const data = member(answer, 'data');
      if (!Array.isArray(data)) throw invalid('must have data', kindOf(answer));
      if (made === undefined || made === null) throw empty('no picture');
      const encoded = member(made, 'b64_json');
      if (typeof encoded === 'string' && encoded !== '') return { picture: fromBase64(encoded, maxBytes) };
      const address = member(made, 'url');
      if (typeof address === 'string' && address !== '') return pictureUrl(address, maxBytes);
      throw empty(`data with ${kindOf(made)}`);
    },
    estimate: ({ prompt }) => textTokens(prompt) + ANSWER_TOKENS,
  };
}
