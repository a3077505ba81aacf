import type { VariablesOf } from '../client/graphql.ts';
import type { runs } from '../operations/runs.ts';
import type { RunFilterOptions } from '../program/run-filter-options.ts';
import { nameValues } from './name-values.ts';

/** `RunFilter` of the API. */
export type RunFilter = NonNullable<VariablesOf<typeof runs>['filter']>;

/** Which runs the options mean; null where they say nothing. @throws UsageError */
export function runFilter({ pipeline, project, state, label, since, before }: RunFilterOptions): RunFilter | null {
  const filter: RunFilter = {
    ...(pipeline === undefined ? {} : { pipeline }),
    ...(project === undefined ? {} : { project }),
    ...(state.length === 0 ? {} : { states: state }),
    ...(label.length === 0 ? {} : { labels: nameValues('--label', label) }),
    ...(since === undefined ? {} : { createdAfter: since }),
    ...(before === undefined ? {} : { createdBefore: before }),
  };
  return Object.keys(filter).length === 0 ? null : filter;
}
