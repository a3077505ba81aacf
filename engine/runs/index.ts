export type { LaunchInput } from './launch-input.ts';
export { launchRun } from './launch-run.ts';
export { type PlanPreview, type PreviewedNode, previewPlan } from './preview-plan.ts';
export { cancelRun, pauseRun, resumeRun, unpauseRun } from './run-control.ts';
export { closeServices, openServices, type RunServices } from './services.ts';
