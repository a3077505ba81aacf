import { fileURLToPath } from 'node:url';

/** The package's own folder, wherever it is installed, as a URL with a slash at its end. In a build `import.meta.url` is the source's too. */
export const HOUSE = new URL('../../', import.meta.url).href;

export const houseFolder: string = fileURLToPath(HOUSE).replace(/\/$/, '');
