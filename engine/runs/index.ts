export type { LaunchInput } from './launch-input.ts';
export { launchRun } from './launch-run.ts';
export { type PlanPreview, type PreviewedNode, previewPlan } from './preview-plan.ts';
export { type RerunRequest, type RerunStrategy, rerunRun } from './rerun-run.ts';
export type { NodeOutlook, ResumeOutlook } from './resume-outlook.ts';
export { type Resumption, resumeRun } from './resume-run.ts';
export { cancelRun, pauseRun, unpauseRun } from './run-control.ts';
export { closeServices, openServices, type RunServices } from './services.ts';
