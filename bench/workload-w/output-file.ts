import { createHash } from 'node:crypto';

/** Path of a task's file inside its root. */
export const outputPath = (batch: number, hop: number): string =>
  `out/${createHash('sha256').update(`${batch},${hop}`).digest('hex')}`;

/** 4 KB that say which task wrote them. */
export const outputContent = (batch: number, hop: number, param: string): string =>
  `${batch},${hop},${param};`.repeat(4096).slice(0, 4096);
