import { z } from 'zod';
import { HoplineError } from '../../../engine/plan/errors.ts';
import type { SampleValue } from '../../../engine/plan/step-io.ts';

const Mention = z.object({ text: z.string(), span: z.tuple([z.int().min(0), z.int().min(1)]) });

/** What a relation instance says about itself. */
const RowMeta = z.object({
  head: Mention,
  tail: Mention,
  label: z.string().min(1),
  slice: z.string().default('all'),
  instance: z.string().optional(),
  group: z.string().optional(),
});
export type RowMeta = z.output<typeof RowMeta>;

/** The metadata of a real text. @throws ROW_META_INVALID */
export function readRowMeta({ key, meta }: Pick<SampleValue, 'key' | 'meta'>): RowMeta {
  const parsed = RowMeta.safeParse(meta);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new HoplineError(
    'ROW_META_INVALID',
    `text ${key.slice(0, 12)}.meta.${issue.path.join('.')} is not valid: ${issue.message}`,
    {
      hint: 'a relation row needs meta { head: { text, span }, tail: { text, span }, label, slice }',
    },
  );
}
