/** ml/models/stable-diffusion: text to image from ONNX folders. See README.md. */
export type { Decoded, DecodeOptions } from './decoder.ts';
export type { Denoising } from './denoise.ts';
export type { LatentShape } from './denoiser.ts';
export type { GenerateItem, GenerateOptions } from './generate-options.ts';
export { openStableDiffusion, type StableDiffusion, type StableDiffusionOptions } from './open-stable-diffusion.ts';
export { openScheduler, type SchedulerConfig, type SchedulerName, schedulerNames } from './scheduler/open-scheduler.ts';
export type { Scheduler } from './scheduler/scheduler.ts';
export { toPicture } from './to-picture.ts';
