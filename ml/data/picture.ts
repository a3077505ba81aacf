/** An RGB picture, 8 bits a channel, row-major [height, width, 3]. */
export interface Picture {
  width: number;
  height: number;
  pixels: Uint8Array;
}
