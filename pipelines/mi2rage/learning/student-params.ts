import { z } from 'zod';
import { scheduleParams } from './schedule-params.ts';

export const studentParams = {
  ...scheduleParams(250),
  viewLoss: z.number().min(0).default(0.5).describe('Weight of the mean cross-entropy of single views'),
  textLoss: z.number().min(0).default(0.5).describe('Weight of the cross-entropy of the text alone'),
  dropout: z.number().min(0).max(0.9).default(0.1).describe('Of the fusion layer'),
};
