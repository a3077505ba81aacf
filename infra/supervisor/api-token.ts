import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';

/** The home's API token: made once, kept through restarts, readable by the owner only. */
export function apiToken(home: string): string {
  const path = `${home}/secrets/api-token`;
  if (existsSync(path)) return readFileSync(path, 'utf8').trim();
  mkdirSync(`${home}/secrets`, { recursive: true, mode: 0o700 });
  const token = randomBytes(24).toString('base64url');
  writeFileSync(path, token, { mode: 0o600 });
  return token;
}
