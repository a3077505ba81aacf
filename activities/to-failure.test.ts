import type { ApplicationFailure } from '@temporalio/common';
import { describe, expect, test } from 'vitest';
import { HoplineError } from '../engine/plan/errors.ts';
import { toFailure } from './to-failure.ts';

const failure = (error: unknown, attempt?: number): ApplicationFailure => toFailure(error, attempt) as ApplicationFailure;

describe('an error on its way to Temporal', () => {
  test('keeps its code, its message and its hint', () => {
    const error = new HoplineError('MODEL_CHANGED', 'model must be x, got y', { hint: 'register it' });
    expect(failure(error, 1)).toMatchObject({
      type: 'MODEL_CHANGED',
      message: 'model must be x, got y',
      details: ['register it'],
      nonRetryable: true,
    });
  });

  test('is retried when trying again may mend it', () => {
    expect(failure(new HoplineError('STORE_FULL', 'no room', { permanent: false }), 1).nonRetryable).toBe(false);
    expect(failure(new Error('something'), 1)).toMatchObject({ type: 'INTERNAL', nonRetryable: false });
  });

  test('is retried soon after an outage, however long that took', () => {
    const away = new HoplineError('DATABASE_UNREACHABLE', 'no answer', { permanent: false });
    expect(failure(away, 40)).toMatchObject({ nonRetryable: false, nextRetryDelay: '1 second' });
    expect(failure(new HoplineError('DEVICE_LOST', 'killed', { permanent: false }), 40).nextRetryDelay).toBeUndefined();
  });

  test('of a worker with other code is left to other workers for a while', () => {
    const error = new HoplineError('WORKER_CODE_DIFFERS', 'node "a" must be b@2 on this worker, got b@1');
    expect([1, 7, 8].map((attempt) => failure(error, attempt).nonRetryable)).toEqual([false, false, true]);
  });
});
