import type { Plugin } from 'graphql-yoga';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { knownIdentity } from '../auth/request-identity.ts';
import type { ApiMetrics } from './metrics/api-metrics.ts';
import { refusal } from './refuse.ts';

/** At most `perMinute` requests a minute and token, counted in this process: with several instances each counts for itself. What needs no
 *  token (`/health`, `/ready`) is not counted. Must stand behind the authentication. */
export function useRateLimit(perMinute: number, metrics: ApiMetrics): Plugin {
  const limiter = new RateLimiterMemory({ points: perMinute, duration: 60 });
  return {
    async onRequest({ request, fetchAPI, endResponse }) {
      const viewer = knownIdentity(request)?.viewer;
      if (!viewer) return;
      try {
        await limiter.consume(viewer.id);
      } catch (refused) {
        if (!(refused instanceof RateLimiterRes)) throw refused;
        metrics.rateLimited();
        const seconds = Math.max(1, Math.ceil(refused.msBeforeNext / 1000));
        const message = `request.rate must be at most ${perMinute} a minute for a token, got more`;
        const hint = `try again in ${seconds} s`;
        endResponse(refusal(fetchAPI, 429, { code: 'RATE_LIMITED', message, hint }, { 'retry-after': String(seconds) }));
      }
    },
  };
}
