/*
  Which addresses are public: what is neither private, loopback, link-local, shared, reserved, documentation, multicast nor a way around (mapped, translated, tunnelled).
  Source: IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890, 8190); RFC 4291 2.4: IPv6 unicast is given out of 2000::/3 only.
*/
import { BlockList, isIP } from 'node:net'

const CLOSED_IPV4 = [
  ['0.0.0.0', 8], // this network
  ['10.0.0.0', 8],
  ['100.64.0.0', 10], // shared address space of carriers
  ['127.0.0.0', 8],
  ['168.63.129.16', 32], // metadata of a cloud, at a public address
  ['169.254.0.0', 16], // link-local, metadata of clouds
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3], // multicast, reserved, broadcast
] as const

const OPEN_IPV6 = [['2000::', 3]] as const

const CLOSED_IPV6 = [
  ['2001::', 23], // Teredo, benchmarks, ORCHID
  ['2001:db8::', 32],
  ['2002::', 16], // 6to4
  ['2620:4f:8000::', 48],
  ['3fff::', 20],
] as const

const closedIpv4 = blockOf(CLOSED_IPV4, 'ipv4')
const openIpv6 = blockOf(OPEN_IPV6, 'ipv6')
const closedIpv6 = blockOf(CLOSED_IPV6, 'ipv6')

function blockOf(subnets: readonly (readonly [string, number])[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList()
  for (const [network, prefix] of subnets) list.addSubnet(network, prefix, family)
  return list
}

/** In: an address without a zone. What is no address is not public. */
export function isPublic(address: string): boolean {
  const known = unmapped(address)
  if (isIP(known) === 4) return !closedIpv4.check(known, 'ipv4')
  return isIP(known) === 6 && !known.includes('%') && openIpv6.check(known, 'ipv6') && !closedIpv6.check(known, 'ipv6')
}

/** The same address, however it is written: an allow-list is compared as addresses, not as texts. */
export function isSameAddress(left: string, right: string): boolean {
  const [one, other] = [unmapped(left), unmapped(right)]
  const family = isIP(one)
  if (family === 0 || family !== isIP(other) || one.includes('%') || other.includes('%')) return false
  const list = new BlockList()
  list.addAddress(one, family === 4 ? 'ipv4' : 'ipv6')
  return list.check(other, family === 4 ? 'ipv4' : 'ipv6')
}

/** `::ffff:a.b.c.d`, in any way of writing it, is the IPv4 address it carries. */
export function unmapped(address: string): string {
  if (isIP(address) !== 6 || address.includes('%')) return address
  const written = new URL(`http://[${address}]/`).hostname.slice(1, -1)
  const groups = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(written)
  if (groups === null) return address
  return groups
    .slice(1)
    .map(group => Number.parseInt(group, 16))
    .flatMap(number => [number >> 8, number & 255])
    .join('.')
}
