import { graphql, type ResultOf } from '../client/graphql.ts';

/** How far samples have come from the real ones, hop by hop. */
export const drift = graphql(`
  query Drift($id: ID!) {
    run(id: $id) {
      drift {
        hop depth modality samples sampled distanceToRoot diversity
        information { node scores meanLoss accuracy bits }
      }
    }
  }`);

export type HopDrift = NonNullable<ResultOf<typeof drift>['run']>['drift'][number];
