import { describe, expect, it } from 'vitest'
import { isPublic, isSameAddress } from '../../../connectors/subscription/addresses.ts'
import { type Address, checkEndpoint, type GuardRules, pinned } from '../../../connectors/subscription/guard.ts'
import { readHeader } from '../../../connectors/subscription/wire.ts'

const rules: GuardRules = { allow: [], ports: [443, 8443], closedPorts: [] }
const sandbox: GuardRules = { ...rules, allow: ['127.0.0.1'], closedPorts: [8081] }

const leadingTo =
  (...addresses: string[]) =>
  async (): Promise<Address[]> =>
    addresses.map(address => ({ address, family: address.includes(':') ? 6 : 4 }))

describe('an address', () => {
  it.each([
    ...['0.0.0.0', '0.1.2.3', '10.0.0.1', '10.255.255.255', '100.64.0.1', '100.100.100.200', '127.0.0.1', '127.255.255.254'],
    ...['168.63.129.16', '169.254.169.254', '172.16.0.1', '172.31.255.255', '192.0.0.8', '192.0.2.1', '192.88.99.1', '192.168.1.1'],
    ...['198.18.0.1', '198.19.255.255', '198.51.100.7', '203.0.113.9', '224.0.0.1', '239.1.1.1', '240.0.0.1', '255.255.255.255'],
    ...['::', '::1', '::127.0.0.1', '::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:10.0.0.1', '0:0:0:0:0:ffff:a9fe:a9fe', '::ffff:0:127.0.0.1'],
    ...['64:ff9b::7f00:1', '64:ff9b:1::1', '100::1', '2001::1', '2001:2::1', '2001:10::1', '2001:db8::1', '2002:7f00:1::1', '3fff::1', '5f00::1'],
    ...['fc00::1', 'fd00:ec2::254', 'fe80::1', 'fe80::1%eth0', 'fec0::1', 'ff02::1', '2606:4700::1%1', 'localhost', '', '8.8.8', '1.2.3.4.5'],
  ])('%s is not public', address => {
    expect(isPublic(address)).toBe(false)
  })

  it.each([
    '8.8.8.8',
    '80.67.169.12',
    '100.63.255.255',
    '100.128.0.1',
    '172.15.255.255',
    '172.32.0.1',
    '193.0.6.139',
    '223.255.255.254',
    '2001:910:800::12',
    '2a01:e0a::1',
    '::ffff:8.8.8.8',
  ])('%s is public', address => {
    expect(isPublic(address)).toBe(true)
  })

  it('is the same however it is written', () => {
    expect(isSameAddress('127.0.0.1', '::ffff:7f00:1')).toBe(true)
    expect(isSameAddress('::1', '0:0:0:0:0:0:0:1')).toBe(true)
    expect(isSameAddress('127.0.0.1', '127.0.0.2')).toBe(false)
    expect(isSameAddress('::1', '127.0.0.1')).toBe(false)
    expect(isSameAddress('::1%lo', '::1')).toBe(false)
  })
})

describe('an endpoint', () => {
  it.each([
    'https://10.0.0.1/hook',
    'https://127.0.0.1/hook',
    'https://127.1/hook',
    'https://2130706433/hook',
    'https://0x7f.0.0.1/hook',
    'https://0177.0.0.1/hook',
    'https://[::1]/hook',
    'https://[::ffff:127.0.0.1]/hook',
    'https://[fd00:ec2::254]/latest/meta-data',
    'https://169.254.169.254/latest/meta-data',
    'https://192.168.0.10:8443/hook',
  ])('%s is refused: it leads elsewhere than to a public network', async endpoint => {
    await expect(checkEndpoint(endpoint, rules)).rejects.toMatchObject({ code: 'subscription.endpoint_private', kind: 'reject' })
  })

  it.each([
    'http://example.org/hook',
    'https://example.org:22/hook',
    'https://example.org:5432/hook',
    'https://someone:secret@example.org/hook',
    'https://example.org/hook#part',
    'ftp://example.org/hook',
    'file:///etc/passwd',
    'example.org/hook',
    'https://',
    `https://example.org/${'a'.repeat(2100)}`,
  ])('%s is refused by its form', async endpoint => {
    await expect(checkEndpoint(endpoint, rules, leadingTo('80.67.169.12'))).rejects.toMatchObject({ code: 'subscription.endpoint' })
  })

  it('that leads to public addresses on a port of the list is taken, and its first address is the one to go to', async () => {
    const checked = await checkEndpoint('https://example.org:8443/hook', rules, leadingTo('80.67.169.12', '2001:910:800::12'))
    expect(checked).toMatchObject({ address: '80.67.169.12', family: 4 })
  })

  it('of which one address is private is refused as a whole', async () => {
    await expect(checkEndpoint('https://example.org/', rules, leadingTo('80.67.169.12', '10.0.0.1'))).rejects.toMatchObject({
      code: 'subscription.endpoint_private',
    })
  })

  it('at an address of the allow-list may have any port and no TLS, but no port of the hub', async () => {
    await expect(checkEndpoint('http://127.0.0.1:40123/hook', sandbox)).resolves.toMatchObject({ address: '127.0.0.1' })
    await expect(checkEndpoint('http://localhost:40123/hook', sandbox, leadingTo('127.0.0.1'))).resolves.toMatchObject({ address: '127.0.0.1' })
    await expect(checkEndpoint('http://127.0.0.1:8081/fhir/Bundle', sandbox)).rejects.toMatchObject({ code: 'subscription.endpoint_private' })
    await expect(checkEndpoint('http://127.0.0.2:40123/hook', sandbox)).rejects.toMatchObject({ code: 'subscription.endpoint_private' })
    await expect(checkEndpoint('http://[::1]:40123/hook', sandbox)).rejects.toMatchObject({ code: 'subscription.endpoint_private' })
  })

  it('whose name leads nowhere now may lead somewhere later', async () => {
    await expect(checkEndpoint('https://nowhere.invalid/', rules, leadingTo())).rejects.toMatchObject({ code: 'subscription.deferred', kind: 'retry' })
    await expect(checkEndpoint('https://nowhere.invalid/', rules, () => Promise.reject(new Error('ENOTFOUND')))).rejects.toMatchObject({
      code: 'subscription.deferred',
    })
  })

  it('is connected to at the address that was checked, whatever its name leads to by then', () => {
    const answers: unknown[] = []
    const lookup = pinned({ address: '80.67.169.12', family: 4 })
    lookup('example.org', { all: true }, (_error, found) => answers.push(found))
    lookup('example.org', {}, (_error, found) => answers.push(found))
    expect(answers).toEqual([[{ address: '80.67.169.12', family: 4 }], '80.67.169.12'])
  })
})

describe('a header of a subscriber', () => {
  it.each([
    ['Authorization: Bearer abc', ['Authorization', 'Bearer abc']],
    ['X-Secret:abc', ['X-Secret', 'abc']],
  ])('%s is sent', (line, pair) => {
    expect(readHeader(line)).toEqual(pair)
  })

  it.each([
    'Host: elsewhere',
    'Content-Length: 3',
    'Transfer-Encoding: chunked',
    'Connection: close',
    'X-A: b\r\nX-C: d',
    'no colon',
    ': empty',
    'X Y: z',
    'Content-Type: text/plain',
  ])('%j is not the subscriber’s to set', line => {
    expect(readHeader(line)).toBeUndefined()
  })
})
