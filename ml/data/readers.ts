import { jsonl } from './jsonl/jsonl-reader.ts';
import { nlvr } from './nlvr/nlvr-reader.ts';
import type { DatasetReader } from './reader.ts';
import { scenes } from './scenes/scenes-reader.ts';

/** The readers that ship, by name. */
export const readers: Readonly<Record<string, DatasetReader>> = { scenes, nlvr, jsonl };
