import { invalid, kindOf, member, text } from './answer-members.ts';
import { isRefusal, refusal } from './status-error.ts';

/** Some servers answer 200 and put `error` in it. @throws MODEL_REFUSED, MODEL_ANSWER_INVALID */
export function refusedInside(answer: unknown): void {
  const error = member(answer, 'error');
  if (error === undefined || error === null) return;
  const kind = `${text(member(error, 'code'))} ${text(member(error, 'type'))}`.trim();
  const words = text(member(error, 'message')) || text(error) || kindOf(error);
  if (isRefusal(kind)) throw refusal(`${kind}: ${words}`);
  throw invalid('must hold no error', words.replace(/\s+/g, ' ').slice(0, 4096));
}
