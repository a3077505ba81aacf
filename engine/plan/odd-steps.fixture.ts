import { z } from 'zod';
import { defineStep } from './define-step.ts';

/** A map that draws no random numbers. */
export const shout = defineStep({
  kind: 'map',
  name: 'shout',
  version: '1',
  module: import.meta.url,
  params: z.object({}),
  inputs: { text: 'text' },
  output: 'text',
  seeded: false,
  run: async () => [],
});

/** A map of two sample roles. */
export const compare = defineStep({
  kind: 'map',
  name: 'compare',
  version: '1',
  module: import.meta.url,
  params: z.object({}),
  inputs: { image: 'image', text: 'text' },
  output: 'scores',
  run: async () => [],
});

/** A reduce over samples. */
export const summary = defineStep({
  kind: 'reduce',
  name: 'summary',
  version: '1',
  module: import.meta.url,
  params: z.object({}),
  inputs: { text: 'text' },
  run: async () => ({}),
});
