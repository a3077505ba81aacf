import type { Plugin } from 'graphql-yoga';
import { HoplineError } from '../../engine/plan/errors.ts';
import type { RunServices } from '../../engine/runs/index.ts';

/** How long one of the services may take to answer. Milliseconds. */
const ANSWERS_WITHIN = 2_000;

/** How long an answer stands: whoever asks, and however often, the services are looked at once in this time. Milliseconds. */
const KEPT_FOR = 1_000;

type Look = { ok: true } | { ok: false; code: string };

/** `GET /ready`: 200 when Postgres, Temporal and the store answer, else 503 saying which does not, by code. Needs no token, so it tells
 *  nothing else. */
export function useReadiness({ db, temporal, store }: RunServices): Plugin {
  const looks: Record<string, () => Promise<unknown>> = {
    postgres: () => db.query('SELECT 1'),
    temporal: () => temporal.check(),
    store: () => store.check(),
  };
  const look = async () => {
    const names = Object.keys(looks);
    const answers = await Promise.all(names.map((name) => answerOf(looks[name]!)));
    return Object.fromEntries(names.map((name, i) => [name, answers[i]!]));
  };
  let last: { at: number; services: Promise<Record<string, Look>> } | undefined;
  return {
    async onRequest({ request, url, fetchAPI, endResponse }) {
      if (url.pathname !== '/ready' || request.method !== 'GET') return;
      if (!last || performance.now() - last.at > KEPT_FOR) last = { at: performance.now(), services: look() };
      const services = await last.services;
      const ready = Object.values(services).every(({ ok }) => ok);
      endResponse(fetchAPI.Response.json({ status: ready ? 'ready' : 'failing', services }, { status: ready ? 200 : 503 }));
    },
  };
}

async function answerOf(look: () => Promise<unknown>): Promise<Look> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Look>((resolve) => {
    timer = setTimeout(() => resolve({ ok: false, code: 'NO_ANSWER' }), ANSWERS_WITHIN);
  });
  const answer = look().then(
    (): Look => ({ ok: true }),
    (error: unknown): Look => ({ ok: false, code: error instanceof HoplineError ? error.code : 'INTERNAL' }),
  );
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
