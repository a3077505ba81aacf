import { afterAll, beforeAll, expect, test } from 'vitest';
import { nodeOutcomes } from '../engine/lineage/index.ts';
import { sha256 } from '../engine/plan/digest.ts';
import { nodeSeed } from '../engine/plan/seeds.ts';
import { launchRun } from '../engine/runs/index.ts';
import type { EpochTrainer } from '../ml/models/index.ts';
import { openCaptionerTrainer, openCodebookTrainer, openMiniClipTrainer, openTextToImageTrainer } from '../ml/models/index.ts';
import { pretrain } from '../pipelines/pretrain/pipeline.ts';
import { type House, startHouse } from './start-house.ts';

let house: House;
beforeAll(async () => {
  house = await startHouse({ env: () => ({ HOPLINE_DEVICES: 'cpu:0' }) });
});
afterAll(() => house?.stop());

/** The shortened pretraining, called in this process without the engine. */
async function trainPlainly(seed: string): Promise<Record<string, string>> {
  const { codebook, miniClip, textToImage, captioner } = pretrain.params.parse(pretrain.profiles!.tiny);
  const finish = async (trainer: EpochTrainer, epochs: number): Promise<Uint8Array> => {
    let state = trainer.init(seed);
    for (let epoch = 0; epoch < epochs; epoch++) ({ state } = await trainer.epoch(state, epoch, seed));
    const file = trainer.exportModel(state);
    await trainer.close();
    return file;
  };
  const codes = await finish(
    await openCodebookTrainer({ epochs: codebook.epochs, patches: codebook.stepsPerEpoch }),
    codebook.epochs,
  );
  const clip = await finish(await openMiniClipTrainer({ ...miniClip, codebook: codes }), miniClip.epochs);
  const generator = await finish(await openTextToImageTrainer({ ...textToImage, codebook: codes }), textToImage.epochs);
  const writer = await finish(await openCaptionerTrainer({ ...captioner, codebook: codes, miniClip: clip }), captioner.epochs);
  return { codebook: sha256(codes), 'mini-clip': sha256(clip), 'text-to-image': sha256(generator), captioner: sha256(writer) };
}

test('a shortened pretraining through the engine makes the same models, bit for bit, as a plain process with other threads', async () => {
  const run = await launchRun(house.services, { pipeline: 'pretrain', params: { profile: 'tiny' }, seed: 5 });
  await house.until(run.id, ['SUCCEEDED'], 900);
  const [outcome] = await nodeOutcomes(house.services.db, run.id, 'export');
  expect(outcome!.result!.digests).toEqual(await trainPlainly(nodeSeed(5)));
}, 1_200_000);
