import type { HoplineError } from '../../engine/plan/errors.ts';

/** Codes of what the server stands on: their messages say where it stands. */
const OF_THE_SITE = /^(DATABASE|TEMPORAL|STORE|DISK)_/;

/** An error's words without the addresses of the server's own services, which are its operators' matter: they are in its log. */
export function publicMessage({ code, message }: Pick<HoplineError, 'code' | 'message'>): string {
  const text = OF_THE_SITE.test(code) ? message.replace(/, got .*$/s, '') : message;
  return text.replace(/\b(file|s3|postgres(ql)?):\/\/[^\s,;)]+/g, '$1://...');
}
