import type { JsonObject } from '../../engine/plan/json.ts';
import { operation } from '../client/operation.ts';

export interface Dataset {
  name: string;
  digest: string;
  reader: string;
  params: JsonObject;
  rows: number;
  registeredAt: string;
}

export interface Model {
  name: string;
  digest: string;
  adapter: string;
  bytes: string;
  source: string;
  license: string | null;
  registeredAt: string;
}

export const datasets = operation<{ datasets: { edges: { node: Dataset }[] } }>(`
  query Datasets { datasets(first: 100) { edges { node { name digest reader params rows registeredAt } } } }`);

export const models = operation<{ models: { edges: { node: Model }[] } }>(`
  query Models { models(first: 100) { edges { node { name digest adapter bytes source license registeredAt } } } }`);
