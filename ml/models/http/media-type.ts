/** `image/png` of `image/png; charset=binary`; empty where there is none. */
export const mediaType = (header: string | undefined): string =>
  (header ?? '').split(';', 1)[0]!.trim().toLowerCase().slice(0, 80);

export const isJson = (type: string): boolean => type === 'application/json' || type.endsWith('+json');
