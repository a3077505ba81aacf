import { describeError } from '../../engine/plan/errors.ts';
import { type ParityCase, parityCase } from './parity-case.ts';

/** The cases of one part of a fixture. What throws is a failed case of its own, named by the error, and the other parts go on. */
export async function* contained(
  name: string,
  cases: Iterable<ParityCase> | AsyncIterable<ParityCase>,
): AsyncGenerator<ParityCase> {
  try {
    yield* cases;
  } catch (error) {
    yield parityCase(`${name}: ${describeError(error).split('\n')[0]!}`, Number.POSITIVE_INFINITY, 0);
  }
}
