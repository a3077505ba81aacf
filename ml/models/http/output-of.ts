import type { MapOutput } from '../../../engine/plan/step-io.ts';
import type { Outcome } from './call-endpoint.ts';

/** What a map step returns for an outcome: the sample, or its failure with code and reason; with the receipt either way. */
export function outputOf(outcome: Outcome): MapOutput {
  const { receipt } = outcome;
  if ('error' in outcome) return { failed: `${outcome.error.code} ${outcome.error.message}`, receipt };
  return typeof outcome.value === 'string' ? { text: outcome.value, receipt } : { image: outcome.value, receipt };
}
