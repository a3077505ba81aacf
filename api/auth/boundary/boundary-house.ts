import { plannedRun } from '../../../engine/lineage/fixtures/planned-run.ts';
import { workThrough } from '../../../engine/lineage/fixtures/work-through.ts';
import { adoptExisting, createToken, type Db, type TokenScope } from '../../../engine/lineage/index.ts';
import { registerDataset } from '../../../engine/runs/register-dataset.ts';
import { type ApiHouse, colourRows, rowsReader, startApiHouse } from '../../api-house.ts';
import { createApi } from '../../server/create-api.ts';
import { type Asked, relayId } from './asked.ts';

/** Three projects behind one API: `theirs` with a run of everything, `ours` with another, and `heirs`, whose run reuses samples of theirs. */
export interface BoundaryHouse extends ApiHouse {
  theirs: Asked;
  /** Everything of theirs that nobody else may be told: ids, keys, digests, texts, words. */
  secrets: string[];
  /** Of `secrets`, what heirs may not be told either. */
  beyondHeirs: string[];
  /** A sample of theirs that heirs have too, and our run. */
  inherited: string;
  ourRun: string;
  /** Pictures that only their run has. */
  pictures: string[];
  tokens: Record<'owner' | 'theirs' | 'ours' | 'heirs' | 'reader' | 'operator', string>;
  /** Asks over HTTP, as a token. */
  send(token: string, path: string, body?: object, headers?: Record<string, string>): Promise<Response>;
}

const OWNER = 'the-secret-of-the-server';

export async function startBoundaryHouse(): Promise<BoundaryHouse> {
  const house = await startApiHouse();
  const { db } = house.services;
  const theirRun = await plannedRun(db, { name: 'alpha', project: 'project-of-alpha' });
  await workThrough(db, theirRun);
  const pictures = await adoptPictures(house, theirRun.runId);
  const ourRun = await plannedRun(db, { name: 'beta', project: 'ours' });
  await workThrough(db, ourRun);
  const heirRun = await plannedRun(db, { name: 'gamma', project: 'heirs' });
  const inherited = theirRun.items.hop1![0]!.key;
  await adoptExisting(db, heirRun.runId, 'source', [{ key: theirRun.items.hop1![0]!.rootKey, ordinal: 1001 }]);
  await adoptExisting(db, heirRun.runId, 'hop1', [{ key: inherited, ordinal: 0 }]);
  await sayThings(db, theirRun.runId);
  await db.query('ALTER TABLE token ALTER COLUMN id RESTART WITH 800000001');
  const make = async (name: string, scope: TokenScope, project?: string): Promise<string> =>
    (await createToken(db, { name, scope, ...(project ? { project } : {}) })).secret;
  const tokens = {
    owner: OWNER,
    theirs: await make('token of theirs', 'admin', 'project-of-alpha'),
    ours: await make('ours', 'admin', 'ours'),
    heirs: await make('heirs', 'admin', 'heirs'),
    reader: await make('reader', 'read', 'ours'),
    operator: await make('operator', 'operate', 'ours'),
  };
  const theirs = { ...(await askedOf(db, theirRun.runId, inherited)), own: ourRun.runId };
  const secrets = await secretsOf(db, theirRun.runId);
  const shared = await sharedWithHeirs(db, [inherited, theirRun.items.hop1![0]!.rootKey]);
  const api = createApi({ services: house.services, token: OWNER, limits: { perMinute: 0 } });
  return {
    ...house,
    theirs,
    secrets,
    beyondHeirs: secrets.filter((secret) => !shared.includes(secret)),
    inherited,
    ourRun: ourRun.runId,
    pictures,
    tokens,
    async send(token, path, body, headers = {}) {
      const text = body && JSON.stringify(body);
      return api.fetch(`http://127.0.0.1${path}`, {
        ...(text ? { method: 'POST', body: text } : {}),
        headers: {
          host: '127.0.0.1',
          authorization: `Bearer ${token}`,
          ...(text ? { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) } : {}),
          ...headers,
        },
      });
    },
  };
}

async function adoptPictures({ services }: ApiHouse, runId: string): Promise<string[]> {
  await registerDataset(services, { name: 'toy', reader: rowsReader(await colourRows(2)) });
  const keys = await column(services.db, `SELECT key FROM sample WHERE medium = 'image' ORDER BY id`);
  await adoptExisting(
    services.db,
    runId,
    'source',
    keys.map((key, at) => ({ key, ordinal: 1001 + 2 * at })),
  );
  return keys;
}

/** Words in every place of their run where users or workers put some. */
async function sayThings(db: Db, runId: string): Promise<void> {
  await db.query(
    `UPDATE run SET labels = '{"of": "label-of-alpha"}', params = '{"note": "param-of-alpha"}', environment = '{"host": "host-of-alpha"}',
            code_revision = 'revision-of-alpha', cancel_reason = 'reason-of-alpha', idempotency_key = 'key-of-alpha',
            error = '{"code": "CODE_OF_ALPHA", "message": "error-of-alpha"}' WHERE id = $1`,
    [runId],
  );
  await db.query(`UPDATE derivation SET worker = 'worker-of-alpha', device = 'device-of-alpha' WHERE run_id = $1`, [runId]);
  await db.query(`UPDATE task SET worker = 'worker-of-alpha', device = 'device-of-alpha' WHERE run_id = $1`, [runId]);
  await db.query(
    `INSERT INTO worker (name, host, pid, build_id, devices, resources) VALUES ('shared/1', 'h', 1, 'b', '{cpu:0}', '{cpu}')`,
  );
  await db.query(
    `INSERT INTO worker_activity (task_token, worker, workflow_id, activity) VALUES ('\\x01', 'shared/1', $1, 'generate')`,
    [`run/${runId}/stage/0/0`],
  );
}

async function askedOf(db: Db, run: string, sample: string): Promise<Omit<Asked, 'own'>> {
  const one = async (sql: string): Promise<string> => (await column(db, sql, [run]))[0]!;
  const nodes = 'JOIN node n ON n.id = m.node_id WHERE n.run_id = $1';
  return {
    run,
    sample,
    root: await one(
      'SELECT root_key FROM sample s JOIN derivation d ON d.id = s.derivation_id WHERE d.run_id = $1 ORDER BY s.id DESC LIMIT 1',
    ),
    score: await one(`SELECT s.key FROM score s JOIN node_score m ON m.score_id = s.id ${nodes} LIMIT 1`),
    outcome: await one(
      `SELECT o.key FROM outcome o JOIN node_outcome m ON m.outcome_id = o.id ${nodes} AND o.kind = 'checkpoint' LIMIT 1`,
    ),
    artifact: await one(
      'SELECT a.digest FROM artifact a JOIN sample s ON s.artifact_id = a.id JOIN derivation d ON d.id = s.derivation_id WHERE d.run_id = $1 LIMIT 1',
    ),
    plan: await one('SELECT plan_digest FROM run WHERE id = $1'),
    text: await one(
      'SELECT text FROM sample s JOIN derivation d ON d.id = s.derivation_id WHERE d.run_id = $1 ORDER BY s.id DESC LIMIT 1',
    ),
    label: 'label-of-alpha',
    project: 'project-of-alpha',
    pipeline: 'alpha',
    idempotencyKey: 'key-of-alpha',
    token: await one(`SELECT id::text FROM token WHERE name = 'token of theirs' AND $1 <> ''`),
    event: await one(`SELECT xid::text || '-' || id FROM event WHERE run_id = $1 ORDER BY id DESC LIMIT 1`),
  };
}

async function secretsOf(db: Db, run: string): Promise<string[]> {
  const found = await column(
    db,
    `SELECT encode(s.key, 'hex') FROM sample s JOIN node_sample m ON m.sample_id = s.id JOIN node n ON n.id = m.node_id WHERE n.run_id = $1
     UNION SELECT s.text FROM sample s JOIN node_sample m ON m.sample_id = s.id JOIN node n ON n.id = m.node_id WHERE n.run_id = $1
     UNION SELECT encode(s.key, 'hex') FROM score s JOIN node_score m ON m.score_id = s.id JOIN node n ON n.id = m.node_id WHERE n.run_id = $1
     UNION SELECT encode(o.key, 'hex') FROM outcome o JOIN node_outcome m ON m.outcome_id = o.id JOIN node n ON n.id = m.node_id WHERE n.run_id = $1
     UNION SELECT encode(key, 'hex') FROM node WHERE run_id = $1
     UNION SELECT encode(plan_digest, 'hex') FROM run WHERE id = $1
     UNION SELECT encode(a.digest, 'hex') FROM artifact a JOIN sample s ON s.artifact_id = a.id JOIN derivation d ON d.id = s.derivation_id WHERE d.run_id = $1
     UNION SELECT encode(a.digest, 'hex') FROM artifact a JOIN outcome s ON s.artifact_id = a.id JOIN derivation d ON d.id = s.derivation_id WHERE d.run_id = $1`,
    [run],
  );
  const words = ['label', 'param', 'project', 'host', 'revision', 'reason', 'key', 'error', 'worker', 'device'].map(
    (word) => `${word}-of-alpha`,
  );
  const samples = found.filter((text) => /^[0-9a-f]{64}$/.test(text)).map((key) => relayId('Sample', key));
  return [...found.filter(Boolean), ...samples, ...words, 'CODE_OF_ALPHA', 'token of theirs', run, relayId('Run', run)];
}

/** What whoever has the samples knows of them. */
async function sharedWithHeirs(db: Db, keys: readonly string[]): Promise<string[]> {
  const texts = await column(db, 'SELECT text FROM sample WHERE key = ANY ($1::bytea[])', [
    `{${keys.map((key) => `"\\\\x${key}"`).join()}}`,
  ]);
  return [...keys, ...texts, ...keys.map((key) => relayId('Sample', key))];
}

const column = async (db: Db, sql: string, values: readonly unknown[] = []): Promise<string[]> =>
  (await db.query<Record<string, string>>(sql, values)).map((row) => Object.values(row)[0]!);
