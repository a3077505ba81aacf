/** Hopline's side of the comparison: the same folders, the same amount of work. `our-side-main.ts THREADS`, as `openSide` says. */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { type ImageCaptioner, imageCaptioner } from '../../ml/models/generation/captioning/image-captioner.ts';
import { openStableDiffusion, type StableDiffusion } from '../../ml/models/stable-diffusion/index.ts';
import { openVisionEncoderDecoderModel } from '../../ml/models/vision-encoder-decoder/open-vision-encoder-decoder-model.ts';
import type { Call, Order } from './side.ts';

const threads = Number(process.argv[2]);
const painters = new Map<string, StableDiffusion>();
const captioners = new Map<string, ImageCaptioner>();

async function draw({ folder, batch, steps }: Extract<Order, { what: 'pictures' }>): Promise<Call> {
  const painter = painters.get(folder) ?? (await openStableDiffusion(folder, { threads }));
  painters.set(folder, painter);
  const items = Array.from({ length: batch }, (_, n) => ({ prompt: `a red circle above ${n} blue squares`, seed: BigInt(n) }));
  return timed(painter, () => painter.generate(items, { steps, batchSize: batch, scheduler: 'ddim' }));
}

async function write({ folder, batch, images, maxLength }: Extract<Order, { what: 'captions' }>): Promise<Call> {
  const key = `${folder} ${batch}`;
  const captioner = captioners.get(key) ?? imageCaptioner(await openVisionEncoderDecoderModel(folder, { threads }), batch);
  captioners.set(key, captioner);
  return timed(captioner, () => {
    const items = images.map((image) => ({ image: new Uint8Array(readFileSync(image)), seed: 1n }));
    return captioner.caption(items, { method: 'greedy', maxLength });
  });
}

async function timed(model: { sessionMilliseconds(): number }, call: () => Promise<readonly unknown[]>): Promise<Call> {
  const inside = model.sessionMilliseconds();
  const began = performance.now();
  for (const made of await call()) if (made instanceof Error) throw made;
  const milliseconds = performance.now() - began;
  return { seconds: milliseconds / 1000, outside: 1 - (model.sessionMilliseconds() - inside) / milliseconds };
}

const say = (line: unknown): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

say({ node: process.versions.node });
for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line) as Order;
  say(await (order.what === 'pictures' ? draw(order) : write(order)));
}
for (const opened of [...painters.values(), ...captioners.values()]) await opened.close();
