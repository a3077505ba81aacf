import { expect, test } from 'vitest';
import { createSessions } from './sessions.ts';

const HASH = 'ab'.repeat(32);

test('a session stands for whom it was opened, until it ends', () => {
  let now = 1_000_000_000_000;
  const sessions = createSessions('token of the server', () => now);
  const { value, expiresAt } = sessions.open({ subject: '12', hash: HASH }, null);
  expect(expiresAt.getTime() - now).toBe(12 * 3_600_000);
  expect(sessions.claimOf(value)).toMatchObject({ subject: '12' });
  expect(sessions.claimOf(value)!.matches(HASH)).toBe(true);
  now = expiresAt.getTime();
  expect(sessions.claimOf(value)).toBeNull();
});

test('it ends with its token', () => {
  const sessions = createSessions('token of the server', () => 0);
  expect(sessions.open({ subject: '12', hash: HASH }, new Date(60_000)).expiresAt).toEqual(new Date(60_000));
});

test('servers with the same token take each other’s; others don’t', () => {
  const { value } = createSessions('one').open({ subject: 'owner', hash: HASH }, null);
  expect(createSessions('one').claimOf(value)!.matches(HASH)).toBe(true);
  expect(createSessions('two').claimOf(value)!.matches(HASH)).toBe(false);
  expect(createSessions(undefined).claimOf(value)!.matches(HASH)).toBe(false);
});

test('no part of it can be changed', () => {
  const sessions = createSessions('one');
  const [subject, expires, mac] = sessions.open({ subject: '12', hash: HASH }, null).value.split('.') as [string, string, string];
  for (const changed of [
    `13.${expires}.${mac}`,
    `owner.${expires}.${mac}`,
    `${subject}.${Number(expires) + 1}.${mac}`,
    `${subject}.${expires}.${mac.slice(1)}A`,
  ])
    expect(sessions.claimOf(changed)?.matches(HASH) ?? false, changed).toBe(false);
  expect(sessions.claimOf(`${subject}.${expires}.${mac}`)!.matches('cd'.repeat(32))).toBe(false);
  for (const nonsense of ['', '..', 'owner', `owner.${expires}`, `${subject}.${expires}.${mac}.`])
    expect(sessions.claimOf(nonsense)).toBeNull();
});
