import type { Services } from '../../infra/supervisor/services.ts';

/** Where the services of a home are. Passwords and tokens are left out: they lie in the home's `secrets`. */
export function servicesReport(services: Services, json: boolean): string {
  const { home, apiUrl, temporalAddress, storeUrl } = services;
  const database = withoutPassword(services.databaseUrl);
  if (json) return JSON.stringify({ home, api: apiUrl, temporal: temporalAddress, database, store: storeUrl });
  return [
    `home      ${home}`,
    `api       ${apiUrl}`,
    `temporal  ${temporalAddress}`,
    `database  ${database}`,
    `store     ${storeUrl}`,
  ].join('\n');
}

export function withoutPassword(url: string): string {
  const parsed = new URL(url);
  parsed.password = '';
  return parsed.href;
}
