import { HoplineError } from '../../engine/plan/errors.ts';
import type { RunSubscription } from './run-subscription.ts';

/** How long a subscription may outlive the right to it. Milliseconds. */
const CHECK_EVERY = 30_000;

/** Ends a subscription with the error of `stillAllowed` when it has one: a token that expired or was revoked. An outage is no reason. */
export function whileAllowed(
  subscription: RunSubscription,
  stillAllowed: (() => Promise<void>) | undefined,
  every: number = CHECK_EVERY,
): RunSubscription {
  if (!stillAllowed) return subscription;
  const timer = setInterval(() => {
    stillAllowed().catch((error: unknown) => {
      if (!(error instanceof HoplineError) || error.permanent) subscription.fail(error);
    });
  }, every);
  subscription.onClose(() => clearInterval(timer));
  return subscription;
}
