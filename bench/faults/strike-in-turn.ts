import { setTimeout as sleep } from 'node:timers/promises';
import type { CrashWatch } from './crash-watch.ts';
import { type Fault, faultName, type PointFault, type RandomFault } from './fault.ts';
import type { Scene } from './scene.ts';
import { STRIKES } from './strikes.ts';

/** How long a crash point is armed before the next fault takes its turn. Milliseconds. */
const COMES_BY = 20_000;

/** One fault after the other, until all have struck or the run is finished. */
export async function strikeInTurn(scene: Scene, watch: CrashWatch, faults: readonly Fault[]): Promise<void> {
  for (const fault of faults) {
    await sleep(fault.wait);
    if (scene.attendant.finished || scene.signal.aborted) return;
    if (fault.point === 'resume.queued') await cancelAndResume(scene, watch, fault);
    else if (fault.point) await atPoint(scene, watch, fault);
    else if (!(await strike(scene, fault))) scene.home.log(`nothing to strike: ${faultName(fault)}`);
  }
}

async function strike(scene: Scene, fault: RandomFault): Promise<boolean> {
  try {
    return await STRIKES[fault.kind](scene, fault);
  } catch (error) {
    scene.home.log(`${faultName(fault)}: ${(error as Error).message}`);
    return false;
  }
}

async function atPoint(scene: Scene, watch: CrashWatch, fault: PointFault): Promise<void> {
  watch.arm(fault);
  await untilHit(scene, watch, fault.point);
  watch.disarm(fault.point);
}

async function untilHit(scene: Scene, watch: CrashWatch, point: PointFault['point']): Promise<void> {
  for (const end = Date.now() + COMES_BY; watch.waits(point) && Date.now() < end; await sleep(20)) {
    if (scene.attendant.finished || scene.signal.aborted) return;
  }
}

/** The process that resumes is the API: the run is cancelled, and resumed through an API that dies over it. */
async function cancelAndResume(scene: Scene, watch: CrashWatch, fault: PointFault): Promise<void> {
  const { attendant } = scene;
  attendant.handsOff = true;
  try {
    await attendant.cancel(scene.signal);
    for (const end = Date.now() + 60_000; Date.now() < end; await sleep(50)) {
      await attendant.look();
      if (attendant.finished || attendant.state === 'CANCELLED' || attendant.state === 'FAILED' || scene.signal.aborted) break;
    }
    if (attendant.finished || scene.signal.aborted) return;
    watch.arm(fault);
    await attendant.resume(`after a cancel, ${faultName(fault)}`, scene.signal, true);
  } finally {
    watch.disarm(fault.point);
    attendant.handsOff = false;
  }
}
