import { z } from 'zod';
import { definePipeline } from '../../engine/plan/define-pipeline.ts';
import { defineConfig } from '../../engine/plan/project.ts';
import { httpAdapter } from '../../ml/models/http/index.ts';
import { httpCaption, httpPicture, rows, textLength } from './steps.ts';

/** A picture of each text and a text about each picture, by servers. */
const servers = definePipeline({
  name: 'servers',
  version: '1',
  description: 'A picture of each text and a text about each picture, by servers',
  params: z.strictObject({
    dataset: z.string().default('prompts').describe('Registered dataset'),
    painter: z.string().default('painter').describe('Registered model'),
    writer: z.string().default('writer').describe('Registered model'),
    ask: z.string().default('What is it?').describe('Asked about each picture'),
    measured: z.boolean().default(false).describe('Whether the lengths of the texts are measured, too'),
    maxFailures: z.number().default(0.5).describe('Share that may fail'),
  }),
  build(pipeline, { dataset, painter, writer, ask, measured, maxFailures }) {
    const { text } = pipeline.source('texts', rows, { dataset });
    if (measured) pipeline.map('lengths', textLength, { inputs: { text }, params: {} });
    const pictures = pipeline.map('pictures', httpPicture, {
      inputs: { text },
      params: {},
      models: { generator: painter },
      depth: 1,
      maxFailures,
    });
    pipeline.map('captions', httpCaption, {
      inputs: { image: pictures },
      params: { prompt: ask },
      models: { captioner: writer },
      depth: 2,
      maxFailures,
    });
  },
});

export default defineConfig({ pipelines: [servers], adapters: [httpAdapter] });
