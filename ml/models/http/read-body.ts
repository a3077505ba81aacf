import type { IncomingMessage } from 'node:http';
import { invalid } from './answer-members.ts';
import { EndpointError } from './endpoint-error.ts';

/** The whole body, as long as it is at most `maxBytes` long; otherwise the connection is cut at once.
 *  @throws MODEL_ANSWER_TOO_LARGE, MODEL_ANSWER_INVALID; the socket's error where it breaks off */
export async function readBody(answer: IncomingMessage, maxBytes: number, host: string): Promise<Buffer> {
  const encoding = answer.headers['content-encoding'] ?? 'identity';
  const declared = Number(answer.headers['content-length'] ?? 0);
  try {
    if (encoding !== 'identity') throw invalid('must come as it is', `content-encoding ${encoding.slice(0, 40)} of ${host}`);
    if (declared > maxBytes) throw tooLarge(host, maxBytes, `${declared}`);
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > maxBytes) throw tooLarge(host, maxBytes, 'more');
      chunks.push(chunk);
    }
    return Buffer.concat(chunks, length);
  } finally {
    // A body that was read to its end leaves its connection to the next request.
    if (!answer.complete) answer.destroy();
  }
}

const tooLarge = (host: string, maxBytes: number, got: string): EndpointError =>
  new EndpointError('MODEL_ANSWER_TOO_LARGE', `answer of ${host} must have at most ${maxBytes} bytes, got ${got}`, {
    hint: 'maxBytes in endpoint.json is the limit',
  });
