import { z } from 'zod';
import { scheduleParams } from './schedule-params.ts';

export const teacherParams = {
  ...scheduleParams(150),
  folds: z.int().min(1).default(1).describe('Models, each trained without its fold of the instances; 1: one model that sees all'),
};
