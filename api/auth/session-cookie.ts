/** The cookie that keeps a browser signed in. */
export const SESSION_COOKIE = 'hopline_session';

/** The value of our cookie in a request. */
export function sessionCookieOf(request: Request): string | null {
  for (const pair of (request.headers.get('cookie') ?? '').split(';')) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === SESSION_COOKIE) return pair.slice(at + 1).trim();
  }
  return null;
}

/** `Set-Cookie`: out of reach of scripts, never sent with what another site started, ends by itself after `seconds`. */
export const setSessionCookie = (value: string, seconds: number, secure: boolean): string =>
  `${SESSION_COOKIE}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;

/** Whether the browser came by https: it says so itself in `Origin`, whatever stands between. */
export const isSecure = (request: Request): boolean =>
  request.url.startsWith('https:') || (request.headers.get('origin') ?? '').startsWith('https:');
