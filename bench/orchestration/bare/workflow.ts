import { proxyActivities } from '@temporalio/workflow';

const { nothing } = proxyActivities<{ nothing(): Promise<void> }>({ startToCloseTimeout: '1 minute' });

/** So many activities that do nothing, `atOnce` of them at a time, one after the other each. Returns nothing. */
export async function bare({ activities, atOnce }: { activities: number; atOnce: number }): Promise<void> {
  let left = activities;
  const chain = async (): Promise<void> => {
    while (left-- > 0) await nothing();
  };
  await Promise.all(Array.from({ length: atOnce }, chain));
}
