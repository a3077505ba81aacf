import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout's folder. These scripts are plain JavaScript: they run before any dependency is there. */
export const house = join(dirname(fileURLToPath(import.meta.url)), '..');
export const inHouse = (/** @type {string[]} */ ...path) => join(house, ...path);
