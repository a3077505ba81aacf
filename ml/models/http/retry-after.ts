/** `Retry-After` in seconds from now: a number of seconds or an HTTP date (RFC 9110, 10.2.3), and OpenAI's `retry-after-ms`. undefined where
 *  there is none, or none that can be read. */
export function retryAfter(headers: Record<string, string | string[] | undefined>, now = Date.now()): number | undefined {
  const milliseconds = Number(first(headers['retry-after-ms']) ?? Number.NaN);
  if (milliseconds >= 0) return milliseconds / 1000;
  const text = first(headers['retry-after'])?.trim();
  if (!text) return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  const date = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, (date - now) / 1000);
}

const first = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);
