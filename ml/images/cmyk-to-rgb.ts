/** Pillow's `cmyk2rgb` (Convert.c): each colour is (255 - k) - c (255 - k) / 255, rounded, clipped at 0. No colour profile.
 *  [pixels, 4] -> [pixels, 3]. */
export function cmykToRgb(cmyk: Uint8Array): Uint8Array {
  const count = cmyk.length / 4;
  const rgb = new Uint8Array(count * 3);
  for (let i = 0; i < count; i++) {
    const light = 255 - cmyk[i * 4 + 3]!;
    for (let c = 0; c < 3; c++) {
      const product = cmyk[i * 4 + c]! * light + 128;
      rgb[i * 3 + c] = Math.max(0, light - (((product >> 8) + product) >> 8));
    }
  }
  return rgb;
}
