import { expect, test } from 'vitest';
import { spendingLine } from './spending-line.ts';

const none = { items: 1, requests: null, inputTokens: null, outputTokens: null, costs: [] };
const pictures = { ...none, items: 4, requests: 5, costs: [{ amount: 0.16, currency: 'USD' }] };
const captions = { ...none, items: 4, requests: 4, inputTokens: 80, outputTokens: 20 };

test('a run without receipts has no line, one with them what is known of them', () => {
  expect(spendingLine({ spending: null, nodeSpending: [{ name: 'a', spending: null }] })).toBe('');
  expect(spendingLine({ spending: pictures, nodeSpending: [{ name: 'pictures', spending: pictures }] })).toBe(
    'servers 5 requests, 0.16 USD',
  );
  expect(spendingLine({ spending: none, nodeSpending: [] })).toBe('servers nothing that they told');
});

test('several nodes are told apart, and currencies are not added', () => {
  const costs = [
    { amount: 0.160000001, currency: 'USD' },
    { amount: 2, currency: null },
  ];
  const spending = { ...captions, items: 8, requests: 9, costs };
  const nodeSpending = [
    { name: 'pictures', spending: pictures },
    { name: 'lengths', spending: null },
    { name: 'captions', spending: captions },
  ];
  expect(spendingLine({ spending, nodeSpending })).toBe(
    'servers 9 requests, 80 tokens in, 20 out, 0.16 USD, 2 (pictures 0.16 USD; captions 4 requests)',
  );
});
