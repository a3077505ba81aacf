import { z } from 'zod';
import { defineStep } from '../../../engine/plan/define-step.ts';
import { sha256 } from '../../../engine/plan/digest.ts';
import type { JsonObject } from '../../../engine/plan/json.ts';
import { exportState, type PretrainedModel, roleOf } from '../trainers.ts';

/** In the order in which they need each other. */
const MODELS: PretrainedModel[] = ['codebook', 'mini-clip', 'text-to-image', 'captioner'];

/** Turns the last states into the files that ship (fp16), and measures how well they follow texts. */
export const exportModels = defineStep({
  kind: 'reduce',
  name: 'export-models',
  version: '1',
  module: import.meta.url,
  params: z.strictObject({
    measured: z.int().min(0).default(100).describe('Texts that the generator is measured on; 0 measures nothing'),
  }),
  inputs: { codebook: 'checkpoint', miniClip: 'checkpoint', textToImage: 'checkpoint', captioner: 'checkpoint' },
  async run(task, context) {
    const files: Partial<Record<PretrainedModel, Uint8Array>> = {};
    for (const model of MODELS) {
      const { bytes } = await task.nodes.checkpoint(roleOf(model));
      files[model] = await exportState(model, bytes, files, context);
    }
    const digests: JsonObject = Object.fromEntries(MODELS.map((model) => [model, sha256(files[model]!)]));
    const named = Object.fromEntries(MODELS.map((model) => [`${model}.safetensors`, files[model]!]));
    if (task.params.measured === 0) return { result: { digests }, files: named };
    const { measureModels } = await import('../../../ml/models/index.ts');
    const measures = await measureModels(
      { textToImage: files['text-to-image']!, captioner: files.captioner!, miniClip: files['mini-clip']! },
      { texts: task.params.measured, threads: context.threads, seed: task.seed },
    );
    const metrics = measures.map(({ name, slice, value }) => ({ name, slice, value }));
    return { result: { digests }, metrics, files: named };
  },
});
