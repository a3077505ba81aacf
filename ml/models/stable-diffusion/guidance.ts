/** Classifier-free guidance: what the model says without the prompt, moved along what the prompt changes. Ho and Salimans 2022, eq. 6,
 *  in the form of Stable Diffusion, where scale 1 is no guidance.
 *  @param predicted [2B, ...]: the negative prompts' half, then the prompts'. Returns [B, ...]. */
export function guide(predicted: Float32Array, scale: number): Float32Array {
  const size = predicted.length / 2;
  const guided = new Float32Array(size);
  for (let i = 0; i < size; i++) {
    const negative = predicted[i]!;
    guided[i] = negative + scale * (predicted[size + i]! - negative);
  }
  return guided;
}

/** Sinusoids of (scale - 1) x 1000 for a U-Net that was distilled with guidance inside: [size]. Meng et al. 2023 (On Distillation of
 *  Guided Diffusion Models), section 3; frequencies as in Vaswani et al. 2017. */
export function guidanceEmbedding(scale: number, size: number): Float32Array {
  const half = Math.floor(size / 2);
  const embedding = new Float32Array(size);
  for (let i = 0; i < half; i++) {
    const angle = (scale - 1) * 1000 * Math.exp((-Math.log(10000) / (half - 1)) * i);
    embedding[i] = Math.sin(angle);
    embedding[half + i] = Math.cos(angle);
  }
  return embedding;
}
