/** Text that is no text, that means something elsewhere, or that is just long. */
export const HOSTILE_TEXTS: readonly string[] = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  'x\udc00y',
  '\u202e\u0007\u001b[31m',
  "'; DROP TABLE run; --",
  '%',
  '\\',
  '../../etc/passwd',
  '__proto__',
  'constructor',
  'null',
  'NaN',
  '-1',
  '99999999999999999999',
  '1e309',
  '0x10',
  'é'.repeat(2_000),
  'Run:',
  'UnVuOg==',
  'U2FtcGxlOg==',
  '{"a":',
  '\ufeff',
  '😀'.repeat(50),
];

export const HOSTILE_NUMBERS: readonly number[] = [
  ...[0, -0, 1, -1, 2, 20, 100, 101, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), -(2 ** 31) - 1, 2 ** 53, 2 ** 63, -(2 ** 63)],
  ...[0.5, -0.5, 1e21, 1e308, -1e308, 5e-324],
];

export const HOSTILE_DIGESTS: readonly string[] = [
  '',
  'ab',
  'A'.repeat(64),
  'g'.repeat(64),
  '0'.repeat(63),
  '0'.repeat(65),
  '0'.repeat(64),
  'f'.repeat(64),
];
