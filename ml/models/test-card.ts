const SIDE = 96;

/** A picture with colours, edges and slopes, for trials of models. PNG. */
export async function testCard(): Promise<Uint8Array> {
  const { encodePng } = await import('../data/index.ts');
  const level = (index: number): number => {
    const [x, y, channel] = [Math.floor(index / 3) % SIDE, Math.floor(index / 3 / SIDE), index % 3];
    return channel === 0 ? x * 2 : channel === 1 ? y * 2 : (x - 48) ** 2 + (y - 48) ** 2 < 900 ? 230 : 20;
  };
  const pixels = Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, index) => level(index));
  return encodePng({ width: SIDE, height: SIDE, pixels });
}
