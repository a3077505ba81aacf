import { defineConfig } from 'hopline';
import { lines } from '../own-project/lines.ts';
import toy from '../toy-project/hopline.config.ts';
import verified from '../verified-project/hopline.config.ts';

/** Every kind of node, and a step of every determinism, over lines of text. */
export default defineConfig({ pipelines: [...toy.pipelines!, ...verified.pipelines!], readers: [lines] });
