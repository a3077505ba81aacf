import { BlockList, isIP } from 'node:net';

/** What is no public unicast address: IANA's special-purpose registries (RFC 6890 and later), and multicast. */
const NOT_PUBLIC_V4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
];
/** Of IPv6 only 2000::/3 is public, without these. */
const NOT_PUBLIC_V6 = ['::/3', '4000::/2', '8000::/1', '2001::/23', '2001:db8::/32', '3fff::/20', '5f00::/16'];

/** One a family: a list of both compares IPv4 with the IPv6 nets, too, as mapped. */
const notPublic = { ipv4: listOf(NOT_PUBLIC_V4, 'ipv4'), ipv6: listOf(NOT_PUBLIC_V6, 'ipv6') };

function listOf(nets: readonly string[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const net of nets) {
    const [address, prefix] = net.split('/');
    list.addSubnet(address!, Number(prefix), family);
  }
  return list;
}

/** Whether an IP address is this machine's, its network's, or nobody's. IPv4 inside IPv6 (mapped, NAT64, 6to4) counts as the IPv4 address. What
 *  is no address counts as private. */
export function isPrivateAddress(address: string): boolean {
  const bare = address.replace(/%.*$/, '');
  const family = isIP(bare);
  if (family === 0) return true;
  if (family === 4) return notPublic.ipv4.check(bare, 'ipv4');
  const inner = embeddedV4(groupsOf(bare));
  return inner === null ? notPublic.ipv6.check(bare, 'ipv6') : notPublic.ipv4.check(inner, 'ipv4');
}

/** The address that a URL names as its host, if it names one. `URL` has brought decimal, octal and short forms into the usual one. */
export function hostAddress({ hostname }: URL): string | null {
  const bare = hostname.replace(/^\[|\]$/g, '');
  return isIP(bare) ? bare : null;
}

/** Eight 16-bit numbers. */
function groupsOf(address: string): number[] {
  const { hostname } = new URL(`http://[${address}]/`);
  const [head = '', tail] = hostname.slice(1, -1).split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const gap = tail === undefined ? 0 : 8 - left.length - right.length;
  return [...left, ...Array<string>(gap).fill('0'), ...right].map((group) => Number.parseInt(group, 16));
}

/** RFC 4291 (mapped, compatible), RFC 6052 (NAT64), RFC 3056 (6to4). */
function embeddedV4(groups: readonly number[]): string | null {
  const zeros = (count: number): boolean => groups.slice(0, count).every((group) => group === 0);
  if (zeros(5) && groups[5] === 0xffff) return dotted(groups[6]!, groups[7]!);
  if (zeros(6) && (groups[6] !== 0 || groups[7]! > 1)) return dotted(groups[6]!, groups[7]!);
  if (groups[0] === 0x64 && groups[1] === 0xff9b && groups.slice(2, 6).every((group) => group === 0))
    return dotted(groups[6]!, groups[7]!);
  if (groups[0] === 0x2002) return dotted(groups[1]!, groups[2]!);
  return null;
}

const dotted = (high: number, low: number): string => `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
