import { HoplineError } from '../../engine/plan/errors.ts';

/** What one client may take of the server. Each with its reason in docs/api.md, "Limits". */
export interface ApiLimits {
  /** Of a request. Default 1,000,000. */
  bodyBytes: number;
  /** Of a query, and of a statement of anything else. HOPLINE_API_TIMEOUT_SECONDS, default 30. */
  seconds: number;
  /** Requests of a token, a minute and instance. HOPLINE_API_RATE, default 6,000; 0 for no limit. */
  perMinute: number;
}

export const DEFAULT_LIMITS: ApiLimits = { bodyBytes: 1_000_000, seconds: 30, perMinute: 6_000 };

/** @throws CONFIG_INVALID */
export function apiLimits(env: NodeJS.ProcessEnv): ApiLimits {
  return {
    ...DEFAULT_LIMITS,
    seconds: whole(env, 'HOPLINE_API_TIMEOUT_SECONDS', 1, 3_600) ?? DEFAULT_LIMITS.seconds,
    perMinute: whole(env, 'HOPLINE_API_RATE', 0, 10_000_000) ?? DEFAULT_LIMITS.perMinute,
  };
}

function whole(env: NodeJS.ProcessEnv, name: string, least: number, most: number): number | undefined {
  const text = env[name];
  if (!text) return undefined;
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new HoplineError('CONFIG_INVALID', `${name} must be a whole number from ${least} to ${most}, got ${text}`, {
    hint: 'unset it for the default',
  });
}
