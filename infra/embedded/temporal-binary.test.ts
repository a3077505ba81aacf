import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { installedTemporal } from './temporal-binary.ts';

const folder = mkdtempSync(join(tmpdir(), 'hopline-programs-'));
afterAll(() => rmSync(folder, { recursive: true }));

function program(path: string, mode = 0o755): string {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), '#!/bin/sh\n', { mode });
  return join(folder, path);
}

test('the Temporal program is the named one, then the one on PATH, then the one in our cache, then the one that Go built', () => {
  const named = program('named/temporal-1.5');
  const onPath = program('bin/temporal');
  const cached = program('cache/hopline/bin/temporal');
  const built = program('go/bin/temporal');
  program('text/temporal', 0o644);
  const env = {
    TEMPORAL_CLI_PATH: named,
    PATH: `${folder}/empty:${folder}/text:${folder}/bin`,
    XDG_CACHE_HOME: `${folder}/cache`,
    GOPATH: `${folder}/go`,
  };
  expect(installedTemporal(env)).toBe(named);
  expect(installedTemporal({ ...env, TEMPORAL_CLI_PATH: '' })).toBe(onPath);
  expect(installedTemporal({ ...env, TEMPORAL_CLI_PATH: '', PATH: '' })).toBe(cached);
  expect(installedTemporal({ GOPATH: `${folder}/go`, XDG_CACHE_HOME: `${folder}/none` })).toBe(built);
  expect(installedTemporal({ GOPATH: `${folder}/none`, XDG_CACHE_HOME: `${folder}/none` })).toBeUndefined();
});

test('a TEMPORAL_CLI_PATH that is no program is an error, not a reason to take another', () => {
  const wrong = program('text/file', 0o644);
  expect(() => installedTemporal({ TEMPORAL_CLI_PATH: wrong, PATH: `${folder}/bin` })).toThrow(
    expect.objectContaining({ code: 'TEMPORAL_BINARY_MISSING', message: `TEMPORAL_CLI_PATH must be a program, got: ${wrong}` }),
  );
});
