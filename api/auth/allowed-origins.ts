import { HoplineError } from '../../engine/plan/errors.ts';

/** HOPLINE_ALLOWED_ORIGINS: origins such as `https://lab.example`, separated by commas. @throws CONFIG_INVALID */
export function allowedOrigins(text: string | undefined): string[] {
  const origins = (text ?? '')
    .split(',')
    .map((origin) => origin.trim())
    .filter(Boolean);
  for (const origin of origins) {
    if (URL.canParse(origin) && new URL(origin).origin === origin) continue;
    throw new HoplineError(
      'CONFIG_INVALID',
      `HOPLINE_ALLOWED_ORIGINS must be origins separated by commas, got ${JSON.stringify(origin)}`,
      {
        hint: 'HOPLINE_ALLOWED_ORIGINS=https://lab.example',
      },
    );
  }
  return origins;
}
