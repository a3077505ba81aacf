import type { CheckedOutput } from './check-map-output.ts';
import type { OrderItem } from './order.ts';

/** Fails the items whose picture has one single colour, or can't be decoded. Only for steps that say `blank: 'fail'`: every picture is
 *  decoded for it. */
export async function failBlankPictures(
  items: readonly OrderItem[],
  outputs: readonly CheckedOutput[],
): Promise<CheckedOutput[]> {
  const checked: CheckedOutput[] = [];
  for (const [index, output] of outputs.entries()) {
    const image = output.kind === 'sample' ? output.payload.image : undefined;
    const got = image && (await colourOf(image));
    checked.push(
      got
        ? {
            ...kept(output),
            kind: 'failed',
            reason: `STEP_OUTPUT_BLANK picture of item ${items[index]!.key} must show something, got ${got}`,
          }
        : output,
    );
  }
  return checked;
}

const kept = ({ receipt }: CheckedOutput): Pick<CheckedOutput, 'receipt'> => (receipt ? { receipt } : {});

/** The one colour of a picture, in words; null where it has more than one. */
async function colourOf(image: Uint8Array): Promise<string | null> {
  const { default: sharp } = await import('sharp');
  try {
    const { channels } = await sharp(image).stats();
    return channels.every(({ min, max }) => min === max) ? `one colour (${channels.map(({ min }) => min).join(', ')})` : null;
  } catch (error) {
    return `bytes that can't be decoded: ${error instanceof Error ? error.message : error}`;
  }
}
