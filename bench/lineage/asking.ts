import { request } from 'node:http';

export interface Asked {
  /** From the first byte sent to the last one read. */
  ms: number;
  bytes: number;
  // biome-ignore lint/suspicious/noExplicitAny: the shape is that of the question
  data: any;
}

/** Asks a server over HTTP, one question after the other. @throws for every error in an answer */
export async function askOver(
  url: string,
  token: string,
  { text, variables }: { text: string; variables: object },
): Promise<Asked> {
  const body = JSON.stringify({ query: text, variables });
  const began = performance.now();
  const answer = await new Promise<Buffer>((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      authorization: `Bearer ${token}`,
      'content-length': Buffer.byteLength(body),
    };
    const sent = request(`${url}/graphql`, { method: 'POST', headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.once('end', () => resolve(Buffer.concat(parts)));
      response.once('error', reject);
    });
    sent.once('error', reject);
    sent.end(body);
  });
  const ms = performance.now() - began;
  const { data, errors } = JSON.parse(answer.toString()) as { data: unknown; errors?: { message: string }[] };
  if (errors) throw new Error(`${errors[0]!.message} (${JSON.stringify(variables)})`);
  return { ms, bytes: answer.length, data };
}
