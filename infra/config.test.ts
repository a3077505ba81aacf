import { describe, expect, test } from 'vitest';
import { configEnv, resolveConfig } from './config.ts';

describe('the configuration', () => {
  test('an empty environment means everything embedded under .hopline of the working folder', () => {
    expect(resolveConfig({}, '/project')).toEqual({
      home: '/project/.hopline',
      temporalAddress: undefined,
      temporalNamespace: 'default',
      databaseUrl: undefined,
      storeUrl: 'file:///project/.hopline/store',
      devices: 'cpu',
      port: undefined,
      embedded: { postgres: true, temporal: true },
    });
  });

  test('what the environment names is connected to, and only the rest is embedded', () => {
    const config = resolveConfig(
      { DATABASE_URL: 'postgresql://me:pw@db.example:5432/lineage', TEMPORAL_ADDRESS: '' },
      '/project',
    );
    expect(config.embedded).toEqual({ postgres: false, temporal: true });
    expect(resolveConfig({ TEMPORAL_ADDRESS: 'temporal.example:7233' }, '/').embedded).toEqual({
      postgres: true,
      temporal: false,
    });
  });

  test('a home with a space in it gives a store URL that reads back', () => {
    expect(resolveConfig({ HOPLINE_HOME: 'my home' }, '/project').storeUrl).toBe('file:///project/my%20home/store');
  });

  test.each([
    ['DATABASE_URL', 'mysql://me@host/x'],
    ['DATABASE_URL', 'postgresql://host'],
    ['DATABASE_URL', 'not a url'],
    ['TEMPORAL_ADDRESS', 'http://host:7233'],
    ['TEMPORAL_ADDRESS', 'host'],
    ['TEMPORAL_ADDRESS', 'host:99999'],
    ['TEMPORAL_NAMESPACE', 'my space'],
    ['STORE_URL', '/data/store'],
    ['STORE_URL', 's3://'],
    ['HOPLINE_PORT', '0'],
    ['HOPLINE_PORT', 'eighty'],
  ])('a malformed %s (%s) is named with its rule and value', (name, value) => {
    expect(() => resolveConfig({ [name]: value }, '/')).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: expect.stringMatching(new RegExp(`^${name} must .*, got: `)),
        hint: expect.stringContaining(name),
      }),
    );
  });

  test.each(['cpu;cuda', 'gpu:0', 'cuda:0,cuda:0', 'cuda,cuda:0', 'cuda:0,'])(
    'devices are what a worker takes, by its rule and name: not %s',
    (value) => {
      expect(() => resolveConfig({ HOPLINE_DEVICES: value }, '/')).toThrow(
        expect.objectContaining({
          code: 'DEVICES_INVALID',
          message: expect.stringMatching(/^HOPLINE_DEVICES must .*, got /),
          hint: expect.stringContaining('HOPLINE_DEVICES'),
        }),
      );
    },
  );

  test('a namespace without the Temporal that it is of is no configuration; the embedded one has its own', () => {
    expect(() => resolveConfig({ TEMPORAL_NAMESPACE: 'research' }, '/')).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: 'TEMPORAL_NAMESPACE must come with TEMPORAL_ADDRESS, got: research alone',
        hint: expect.stringContaining('unset TEMPORAL_NAMESPACE'),
      }),
    );
    const own = resolveConfig({ TEMPORAL_NAMESPACE: 'research', TEMPORAL_ADDRESS: 'temporal.example:7233' }, '/');
    expect(own.temporalNamespace).toBe('research');
    expect(resolveConfig(configEnv(resolveConfig({}, '/')), '/').temporalNamespace).toBe('default');
  });

  test('a password never shows in an error', () => {
    expect(() => resolveConfig({ DATABASE_URL: 'mysql://me:hunter2@host/x' }, '/')).toThrow(/me:\*\*\*@host/);
  });
});
