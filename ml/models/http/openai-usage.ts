import { member, text } from './answer-members.ts';
import { tokenCount, type Usage } from './receipt.ts';

/** `usage` of an OpenAI-compatible answer (chat counts prompt and completion tokens, images input and output), and who gave it. */
export function openaiUsage(answer: unknown): Usage {
  const inputTokens = tokenCount(member(answer, 'usage', 'prompt_tokens') ?? member(answer, 'usage', 'input_tokens'));
  const outputTokens = tokenCount(member(answer, 'usage', 'completion_tokens') ?? member(answer, 'usage', 'output_tokens'));
  const model = text(member(answer, 'model'));
  const fingerprint = text(member(answer, 'system_fingerprint'));
  return {
    ...(inputTokens === undefined ? {} : { inputTokens }),
    ...(outputTokens === undefined ? {} : { outputTokens }),
    notes: { ...(model ? { model } : {}), ...(fingerprint ? { fingerprint } : {}) },
  };
}
