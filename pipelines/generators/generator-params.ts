import { z } from 'zod';
import { drawWithModel } from './draw-with-model.ts';
import { writeWithModel } from './write-with-model.ts';

/** Which registered models generate, and how: for the params of a pipeline whose chain they may take part in. */
export const generatorParams = z.strictObject({
  image: z.string().min(1).nullable().default(null).describe('Draws a picture of a text: stable-diffusion or http'),
  text: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe('Writes a text about a picture: blip, vision-encoder-decoder or http'),
  drawing: drawWithModel.params.prefault({}).describe('How pictures are drawn'),
  writing: writeWithModel.params.prefault({}).describe('How texts are written'),
});
