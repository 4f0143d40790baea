/*
  Where a notification may go: the endpoint is resolved, every address it leads to is judged, and the connection is made to the address that was judged, never to a second answer of the resolver.
    https, a port of the list, a public address      or any scheme and port at an address of the allow-list, the hub's own ports apart
*/
import { lookup } from 'node:dns/promises'
import { isIP, type LookupFunction } from 'node:net'
import { HubError } from '../../profiles/errors.ts'
import { isPublic, isSameAddress, unmapped } from './addresses.ts'
import type { SubscriptionConfig } from './config.ts'

export interface Address {
  address: string
  family: number
}

export type Resolve = (hostname: string) => Promise<Address[]>

export interface Checked extends Address {
  url: URL
}

export type GuardRules = Pick<SubscriptionConfig, 'allow' | 'ports' | 'closedPorts'>

const LONGEST = 2048

const byResolver: Resolve = hostname => lookup(hostname, { all: true, verbatim: true })

/**
 * Judges an endpoint by what it leads to at this moment.
 * Throws: subscription.endpoint (no such endpoint is taken), subscription.endpoint_private (it leads elsewhere than to public networks),
 *         subscription.deferred (its name leads nowhere now).
 */
export async function checkEndpoint(endpoint: string, rules: GuardRules, resolve: Resolve = byResolver): Promise<Checked> {
  const url = readEndpoint(endpoint)
  const hostname = url.hostname.replace(/^\[|\]$/g, '')
  const family = isIP(hostname)
  const found = family === 0 ? await resolved(hostname, resolve) : [{ address: hostname, family }]
  for (const { address } of found) judge(url, address, rules)
  const [first] = found
  if (first === undefined) throw new HubError('subscription.deferred', { path: 'endpoint' })
  return { url, ...first }
}

/** The form alone. Throws: subscription.endpoint. */
export function readEndpoint(endpoint: string): URL {
  const url = URL.canParse(endpoint) && endpoint.length <= LONGEST ? new URL(endpoint) : undefined
  const isTaken = url !== undefined && ['https:', 'http:'].includes(url.protocol) && url.hostname !== '' && `${url.username}${url.password}${url.hash}` === ''
  if (!isTaken) throw new HubError('subscription.endpoint', { path: 'endpoint' })
  return url
}

/** For the connection: whatever name is asked for, the answer is the address that was checked. */
export function pinned({ address, family }: Address): LookupFunction {
  return (_hostname, options, answer) => {
    if (options.all === true) answer(null, [{ address, family }])
    else answer(null, address, family)
  }
}

async function resolved(hostname: string, resolve: Resolve): Promise<Address[]> {
  try {
    return await resolve(hostname)
  } catch (cause) {
    throw new HubError('subscription.deferred', { path: 'endpoint', cause })
  }
}

/** A name that leads to a public and to a private address is refused as a whole. */
function judge(url: URL, address: string, { allow, ports, closedPorts }: GuardRules): void {
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port)
  if (allow.some(one => isSameAddress(one, address))) {
    if (closedPorts.includes(port)) throw new HubError('subscription.endpoint_private', { path: 'endpoint' })
    return
  }
  if (!isPublic(unmapped(address))) throw new HubError('subscription.endpoint_private', { path: 'endpoint' })
  if (url.protocol !== 'https:' || !ports.includes(port)) throw new HubError('subscription.endpoint', { path: 'endpoint' })
}
