import { printable } from '../terminal/printable.ts';
import { shorten } from '../terminal/table.ts';

/** Characters of a text. */
const MOST = 100;

/** What there is to see of a sample on one line: its text, where its picture lies, or why there is none. */
export function sampleContent(
  sample: { text: string | null; failed: string | null; imageUrl: string | null; modality: string; key: string },
  pictures: ReadonlyMap<string, string> = new Map(),
): string {
  if (sample.failed !== null) return `failed: ${shorten(printable(sample.failed), MOST)}`;
  if (sample.text !== null) return `"${shorten(printable(sample.text), MOST)}"`;
  return pictures.get(sample.key) ?? sample.imageUrl ?? sample.modality.toLowerCase();
}
