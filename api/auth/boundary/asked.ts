import { encodeGlobalID } from '@pothos/plugin-relay';
import { sha256 } from '../../../engine/plan/digest.ts';

/** What a question of the boundary test may name: things of a project that isn't the viewer's, or things that are nowhere, alike in form. */
export interface Asked {
  run: string;
  sample: string;
  root: string;
  score: string;
  outcome: string;
  artifact: string;
  plan: string;
  text: string;
  label: string;
  project: string;
  pipeline: string;
  idempotencyKey: string;
  token: string;
  event: string;
  /** A run of the viewer's own, to be asked about together with another. */
  own: string;
}

/** Things that are nowhere. */
export const NOWHERE: Asked = {
  run: 'r00000000zzzzzz',
  sample: sha256('nowhere/sample'),
  root: sha256('nowhere/root'),
  score: sha256('nowhere/score'),
  outcome: sha256('nowhere/outcome'),
  artifact: sha256('nowhere/artifact'),
  plan: sha256('nowhere/plan'),
  text: 'words that nobody wrote',
  label: 'label-of-nobody',
  project: 'project-of-nobody',
  pipeline: 'pipeline-of-nobody',
  idempotencyKey: 'key-of-nobody',
  token: '999999999',
  event: '123456789-123456789',
  own: '',
};

export const relayId = (type: 'Run' | 'Sample', id: string): string => encodeGlobalID(type, id);

/** An answer with what its question was about struck out, and what differs from one moment to the next: it may say what it was told. */
export function withoutAsked(answer: string, asked: Asked, variables: object): string {
  const { own: _, ...others } = asked;
  const forms = [
    ...Object.values(others),
    asked.sample.slice(0, 12),
    asked.run.slice(0, 12),
    relayId('Run', asked.run),
    relayId('Sample', asked.sample),
    relayId('Sample', asked.root),
  ];
  // A relay id may come back as the key that is in it.
  const said = decoded(JSON.stringify(variables));
  let struck = answer
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'UUID');
  for (const form of forms.sort((a, b) => b.length - a.length)) if (said.includes(form)) struck = struck.replaceAll(form, '?');
  return struck;
}

const decoded = (text: string): string =>
  `${text} ${[...text.matchAll(/[\w+/]{20,}=*/g)].map(([word]) => Buffer.from(word, 'base64').toString()).join(' ')}`;
