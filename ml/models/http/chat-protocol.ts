import { imageFormatOf } from '../../images/image-format.ts';
import { empty, invalid, kindOf, member, text, wellFormed } from './answer-members.ts';
import type { ChatEndpoint } from './endpoint.ts';
import { openaiUsage } from './openai-usage.ts';
import { ANSWER_TOKENS, type Asked, PICTURE_TOKENS, type Protocol, textTokens, under } from './protocol.ts';
import { refusedInside } from './refused-inside.ts';
import { refusal } from './status-error.ts';

/** `POST {url}/chat/completions` with a picture as a data URL: a text about it. */
export function chatProtocol({ url, model, system, seed: sendsSeed, options }: ChatEndpoint): Protocol {
  return {
    url: under(url, '/chat/completions'),
    accepts: 'json',
    request: ({ prompt, image, seed }) => ({
      ...options,
      model,
      messages: [
        ...(system === undefined ? [] : [{ role: 'system', content: system }]),
        { role: 'user', content: [{ type: 'text', text: prompt }, ...(image ? [pictureOf(image)] : [])] },
      ],
      ...(sendsSeed ? { seed } : {}),
    }),
    read(answer, usage) {
      const choice = member(answer, 'choices', 0);
      const ended = text(member(choice, 'finish_reason'));
      const told = openaiUsage(answer);
      usage({ ...told, notes: { ...told.notes, ...(ended === 'length' ? { ended } : {}) } });
      refusedInside(answer);
      if (!Array.isArray(member(answer, 'choices'))) throw invalid('must have choices', kindOf(answer));
      const refused = text(member(choice, 'message', 'refusal'));
      if (refused) throw refusal(refused);
      if (ended === 'content_filter') throw refusal('finish_reason content_filter');
      const words = wellFormed(contentOf(member(choice, 'message', 'content'))).trim();
      if (words === '') throw empty(`no text${ended ? `, finish_reason ${ended.slice(0, 40)}` : ''}`);
      return { text: words };
    },
    estimate: ({ prompt, image }) => textTokens(`${system ?? ''}${prompt}`) + (image ? PICTURE_TOKENS : 0) + mostWritten(options),
  };
}

const pictureOf = (image: NonNullable<Asked['image']>) => ({
  type: 'image_url',
  image_url: { url: `data:image/${imageFormatOf(image)};base64,${Buffer.from(image).toString('base64')}` },
});

/** A string, or a list of parts of which those with text count. */
function contentOf(content: unknown): string {
  if (!Array.isArray(content)) return text(content);
  return content.map((part) => text(member(part, 'text'))).join('');
}

function mostWritten({ max_tokens, max_completion_tokens }: ChatEndpoint['options']): number {
  const most = Number(max_completion_tokens ?? max_tokens ?? ANSWER_TOKENS);
  return Number.isFinite(most) && most > 0 ? most : ANSWER_TOKENS;
}
