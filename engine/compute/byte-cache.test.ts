import { expect, it } from 'vitest';
import { ByteCache } from './byte-cache.ts';

const sized = (value: string, bytes: number) => async () => ({ value, bytes });
const never = async (): Promise<never> => {
  throw new Error('must not load');
};

it('keeps what was used last within its bytes', async () => {
  const cache = new ByteCache<string>(100);
  await cache.get('a', sized('a', 40));
  await cache.get('b', sized('b', 40));
  await cache.get('a', never);
  await cache.get('c', sized('c', 40));
  expect(await cache.get('a', never)).toBe('a');
  expect(await cache.get('b', sized('again', 1))).toBe('again');
});

it('loads once for many who ask at the same time, and again after a failure', async () => {
  const cache = new ByteCache<string>(100);
  let loads = 0;
  const load = async () => ({ value: `${++loads}`, bytes: 1 });
  expect(await Promise.all([cache.get('a', load), cache.get('a', load)])).toEqual(['1', '1']);
  await expect(cache.get('b', never)).rejects.toThrow('must not load');
  expect(await cache.get('b', load)).toBe('2');
});

it('hands out what is larger than itself', async () => {
  const cache = new ByteCache<string>(10);
  expect(await cache.get('large', sized('large', 1000))).toBe('large');
  await cache.get('small', sized('small', 5));
  expect(await cache.get('large', sized('loaded again', 1000))).toBe('loaded again');
});
