import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { postgresUser, reaches } from './postgres-user.ts';

const isRoot = process.getuid?.() === 0;

test.skipIf(!isRoot)("as root, Postgres' user reaches what lies below a folder that only root may enter", () => {
  const folder = mkdtempSync(join(tmpdir(), 'hopline-closed-'));
  try {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const user = postgresUser(join(folder, 'postgres'), [file]);
    expect(user.uid).not.toBe(0);
    expect(user.wrapper[0]).toBe('setpriv');
    expect(reaches(user, file)).toBe(true);
    expect(reaches({ ...user, wrapper: [] }, file)).toBe(false);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.skipIf(isRoot)('an ordinary user runs Postgres as himself', () => {
  expect(postgresUser(tmpdir(), [tmpdir()])).toEqual({ wrapper: [] });
});
