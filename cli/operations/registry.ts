import { graphql, type ResultOf } from '../client/graphql.ts';

export const datasets = graphql(`
  query Datasets($name: String) { datasets(first: 100, name: $name) { edges { node { name digest reader params rows registeredAt } } } }`);

export type Dataset = ResultOf<typeof datasets>['datasets']['edges'][number]['node'];

export const models = graphql(`
  query Models($name: String) { models(first: 100, name: $name) { edges { node { name digest adapter bytes source license registeredAt } } } }`);

export type Model = ResultOf<typeof models>['models']['edges'][number]['node'];

export const model = graphql(`
  query Model($name: String!, $digest: Digest) {
    model(name: $name, digest: $digest) { name digest adapter bytes files source license registeredAt }
  }`);
