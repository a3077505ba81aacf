import { builder } from '../builder.ts';

const modalities = ['TEXT', 'IMAGE', 'FEATURES'] as const;

export const ModalityRef = builder.enumType('Modality', { values: modalities });

/** The API's word for a stored medium; null for what is no sample. */
export const toModality = (medium: string | null): (typeof modalities)[number] | null =>
  modalities.find((name) => name.toLowerCase() === medium) ?? null;
