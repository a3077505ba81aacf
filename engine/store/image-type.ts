export interface ImageType {
  extension: 'png' | 'jpg' | 'webp';
  mediaType: 'image/png' | 'image/jpeg' | 'image/webp';
}

/** What kind of picture the bytes start as; null where they are none of PNG, JPEG, WebP. Looks at the header only. */
export function imageType(bytes: Uint8Array): ImageType | null {
  if (startsWith(bytes, 0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return { extension: 'png', mediaType: 'image/png' };
  if (startsWith(bytes, 0, [0xff, 0xd8, 0xff])) return { extension: 'jpg', mediaType: 'image/jpeg' };
  if (startsWith(bytes, 0, [0x52, 0x49, 0x46, 0x46]) && startsWith(bytes, 8, [0x57, 0x45, 0x42, 0x50])) {
    return { extension: 'webp', mediaType: 'image/webp' };
  }
  return null;
}

const startsWith = (bytes: Uint8Array, offset: number, magic: number[]): boolean =>
  magic.every((byte, at) => bytes[offset + at] === byte);
