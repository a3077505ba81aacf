import { z } from 'zod';
import { definePipeline } from '../../engine/plan/define-pipeline.ts';
import { defineStep } from '../../engine/plan/define-step.ts';
const src = defineStep({ kind: 'source', name: 'a', version: '1', module: import.meta.url, params: z.strictObject({}), choose: () => [0] });
const draw = defineStep({ kind: 'map', name: 'b', version: '1', module: import.meta.url, params: z.strictObject({ t: z.number().default(1) }), inputs: { text: 'text' }, output: 'image', async run(task) { return task.items.map(() => ({ text: '' })); } });
const cap = defineStep({ kind: 'map', name: 'c', version: '1', module: import.meta.url, params: z.strictObject({}), inputs: { image: { medium: 'image', load: false } }, output: 'text', async run() { return []; } });
export const p = definePipeline({ name: 'x', version: '1', description: '', params: z.strictObject({}), build(b) { const s = b.source('a', src, { dataset: 'd' }); const i = b.map('b', draw, { inputs: { text: s.text } }); b.map('c', cap, { inputs: { image: i } });
b.map('d', cap, { inputs: { image: s.text } });
} });
