import { beforeAll, expect, test } from 'vitest';
import { startEmbedded } from '../../infra/embedded/start.ts';
import { sha256 } from '../plan/digest.ts';
import { useDatabase } from './fixtures/use-database.ts';
import { samplesSaying } from './retractions.ts';

const TEXTS = [
  'a red circle',
  'a circle, red',
  'a red circle!',
  '!!!',
  '?!!',
  '!!!!',
  '',
  `${'…'.repeat(20_000)}!`,
  'ein roter Kreis 🔴',
];

const database = useDatabase(startEmbedded);
beforeAll(async () => {
  await database.db.query(
    `INSERT INTO sample (key, content_digest, medium, root_key, chain, depth, hop, text, bytes)
     SELECT d, d, 'text', d, 0, 0, 0, t, 1 FROM unnest($1::text[]) t CROSS JOIN LATERAL (SELECT sha256(convert_to('key of ' || t, 'UTF8')) AS d) x`,
    [TEXTS],
  );
});

test.each(TEXTS.map((text) => [text.slice(0, 20), text]))(
  'finds what says exactly "%s", with words or without',
  async (_name, text) => {
    const found = await samplesSaying(database.db, { key: sha256(text), name: text.slice(0, 20_000) });
    expect(found.map(({ key }) => key)).toEqual([sha256(`key of ${text}`)]);
  },
);
