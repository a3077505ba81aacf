import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ip, namespaceName, removeNamespace } from './network-names.ts';

const TOOLS = ['ip', 'unshare', 'setpriv', 'hostname', 'sh'];

/** Why there can be no hosts on this machine, or undefined when there can. */
export function missingForHosts(): string | undefined {
  if (process.platform !== 'linux') return `network namespaces need Linux, got ${process.platform}`;
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  const absent = TOOLS.filter((tool) => !onPath(tool));
  if (absent.length > 0) return `${absent.join(', ')} must be on PATH`;
  return forbidden();
}

const onPath = (tool: string): boolean =>
  `${process.env.PATH ?? ''}${delimiter}/usr/sbin${delimiter}/sbin`
    .split(delimiter)
    .some((folder) => existsSync(join(folder, tool)));

/** Root in a container may lack the capability, and a kernel may lack the parts. */
function forbidden(): string | undefined {
  const probe = namespaceName('p');
  try {
    ip('netns', 'add', probe);
    ip('-n', probe, 'link', 'add', 'pair0', 'type', 'veth', 'peer', 'name', 'pair1');
    ip('-n', probe, 'rule', 'add', 'from', '198.18.0.1', 'to', '198.18.0.2', 'blackhole');
    return undefined;
  } catch (error) {
    return (error as { stderr?: string }).stderr?.trim() || (error as Error).message;
  } finally {
    removeNamespace(probe);
  }
}
