import { closeServices, openServices } from '../../engine/runs/index.ts';
import { servicesEnv } from '../../infra/supervisor/services.ts';
import type { FaultyHome } from './faulty-home.ts';
import type { Work } from './work.ts';

/** Makes the home that every schedule's is copied from: a migrated database, data and models registered, nothing running. */
export async function makeTemplate(home: FaultyHome, work: Work): Promise<void> {
  try {
    const services = await home.up();
    const opened = await openServices({ ...home.env, ...servicesEnv(services) }, { cwd: work.project });
    try {
      await work.furnish(opened);
    } finally {
      await closeServices(opened);
    }
    const { code, stderr } = await home.command('down');
    if (code !== 0) throw new Error(`hopline down must succeed, got: ${stderr}`);
  } finally {
    home.killAll();
  }
}
