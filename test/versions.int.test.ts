import { describe, expect, it } from 'vitest'
import type { DocumentReference } from 'fhir/r4.js'
import PostalMime from 'postal-mime'
import { documentReferenceId } from '../mappers/transmission-to-transaction/derived-id.ts'
import { newDocumentId, ownPersons } from './support/letters.ts'
import { completeFlow, exchange, mailsOf, readSandbox, token } from './support/sandbox.ts'
import { pairOf, type VersionOf, versionOf } from './support/versions.ts'
import { unzip } from './support/zip.ts'

// Create, replace, replace, delete in every order and with repeats: what is answered, what the store holds, who got which mail.

type Step = 'create' | 'second' | 'third' | 'delete'
const STEPS: readonly Step[] = ['create', 'second', 'third', 'delete']

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]]
  return items.flatMap((item, at) => permutations([...items.slice(0, at), ...items.slice(at + 1)]).map(rest => [item, ...rest]))
}

/** A plain model of the rules, apart from the hub's own. */
class Model {
  readonly ids: Record<'v1' | 'v2' | 'v3', string>
  readonly received = new Set<string>()
  readonly replacedBy = new Map<string, string>()
  readonly parents = new Map<string, string>()
  isWithdrawn = false
  /** address → mails, as `<version> <action>` */
  readonly mails = new Map<string, string[]>()
  readonly #to: (version: string) => string

  constructor(ids: Model['ids'], to: (version: string) => string) {
    this.ids = ids
    this.#to = to
  }

  /** Out: is it accepted? */
  take(step: Step): boolean {
    if (step === 'delete') return this.#delete()
    const version = ({ create: 'v1', second: 'v2', third: 'v3' } as const)[step]
    if (this.received.has(version)) return true
    const parent = ({ create: undefined, second: 'v1', third: 'v2' } as const)[step]
    if (parent !== undefined) {
      this.replacedBy.set(parent, version)
      this.parents.set(version, parent)
    }
    this.received.add(version)
    const latest = this.#latestFrom(version)
    if (latest === version) this.#tell([this.#to(version)], version, parent === undefined ? 'create' : 'replace')
    // A late version may join earlier recipients to the latest.
    if (latest !== version || parent !== undefined)
      this.#tell([], latest, this.isWithdrawn && latest === 'v3' ? 'delete' : latest === 'v1' ? 'create' : 'replace')
    return true
  }

  #delete(): boolean {
    if (this.isWithdrawn) return true
    if (!this.received.has('v3')) return false
    this.isWithdrawn = true
    this.#tell([this.#to('v3')], 'v3', 'delete')
    return true
  }

  #latestFrom(version: string): string {
    let latest = version
    for (let next = this.replacedBy.get(latest); next !== undefined && this.received.has(next); next = this.replacedBy.get(latest)) latest = next
    return latest
  }

  #tell(named: string[], version: string, action: string): void {
    const chain = [version]
    for (let parent = this.parents.get(version); parent !== undefined; parent = this.parents.get(parent)) chain.push(parent)
    const before = action === 'create' ? [] : action === 'delete' ? chain : chain.slice(1)
    const earlier = [...this.mails]
      .filter(([, mails]) => mails.some(mail => before.includes(mail.split(' ')[0] ?? '') && !mail.endsWith('delete')))
      .map(([to]) => to)
    for (const to of new Set([...named, ...earlier])) {
      const mails = this.mails.get(to) ?? []
      if (!mails.includes(`${version} ${action}`)) this.mails.set(to, [...mails, `${version} ${action}`])
    }
  }

  statusOf(version: 'v1' | 'v2' | 'v3'): string | undefined {
    if (!this.received.has(version)) return undefined
    if (version === 'v3' && this.isWithdrawn) return 'entered-in-error'
    const next = this.replacedBy.get(version)
    return next !== undefined && this.received.has(next) ? 'superseded' : 'current'
  }
}

const sandbox = readSandbox()
const operator = await token(sandbox, 'operator')

describe('versions of a document', () => {
  const run = Date.now().toString(36)
  const base = ownPersons()
  const at = new Date('2026-06-02T12:00:00Z')

  const card = async (documentId: string): Promise<DocumentReference | undefined> => {
    const reply = await fetch(`${sandbox.hapi}/DocumentReference/${documentReferenceId(`urn:oid:${documentId}`)}`)
    return reply.status === 404 ? undefined : ((await reply.json()) as DocumentReference)
  }

  /** `<version> <action>` of each mail, by what the mail itself holds. */
  async function readMails(address: string, ids: Model['ids']): Promise<string[]> {
    const found: string[] = []
    for (const raw of await mailsOf(sandbox, address)) {
      const { text = '', attachments } = await PostalMime.parse(raw)
      const zip = attachments.find(one => one.filename === 'IHE_XDM.zip')
      const members = await unzip(Buffer.from(zip?.content as ArrayBuffer))
      const metadata = members.get('IHE_XDM/SUBSET01/METADATA.XML')?.toString('utf8') ?? ''
      const version = Object.entries(ids).find(([, id]) => metadata.includes(`value="${id}"`))?.[0] ?? 'none'
      const action = /name="action"><rim:ValueList><rim:Value>([CD])</.exec(metadata)?.[1]
      const said = /annule et remplace/.test(text) ? 'C' : /supprimé/.test(text) ? 'D' : undefined
      expect(said).toBe(action)
      found.push(`${version} ${action === 'C' ? 'replace' : action === 'D' ? 'delete' : 'create'}`)
    }
    return found
  }

  const orders = permutations(STEPS)
  it.concurrent.each(orders.map((order, n) => [order.join(' '), order, n] as const))('%s, each twice', { timeout: 240_000 }, async (_name, order, n) => {
    const ids = { v1: newDocumentId(), v2: newDocumentId(), v3: newDocumentId() }
    const to = (version: string): string => `${version}.${n}.${run}@test.mssante.fr`
    const model = new Model(ids, to)
    const letters: Record<Step, Omit<VersionOf, 'controlId' | 'at' | 'person'>> = {
      create: { act: 'create', documentId: ids.v1, version: 1, to: [to('v1')] },
      second: { act: 'replace', documentId: ids.v2, version: 2, replaces: ids.v1, to: [to('v2')] },
      third: { act: 'replace', documentId: ids.v3, version: 3, replaces: ids.v2, to: [to('v3')] },
      delete: { act: 'delete', documentId: ids.v3, version: 3, replaces: ids.v2, to: [to('v3')] },
    }
    for (const [position, step] of order.entries()) {
      const isTaken = model.take(step)
      const first = versionOf({ ...letters[step], controlId: `${run}-${n}-${position}`, at, person: base + n })
      const again = versionOf({ ...letters[step], controlId: `${run}-${n}-${position}-again`, at, person: base + n })
      const answer = await exchange(sandbox.mllp, first.bytes)
      expect(answer).toContain(isTaken ? 'MSA|AA|' : 'MSA|AE|')
      if (!isTaken) expect(answer).toContain('|900^')
      else for (const bytes of [first.bytes, again.bytes]) expect(await exchange(sandbox.mllp, bytes)).toContain('MSA|AA|')
      if (!isTaken) continue
      await completeFlow(sandbox, operator, `${run}-${n}-${position}`)
      await completeFlow(sandbox, operator, `${run}-${n}-${position}-again`)
    }
    for (const version of ['v1', 'v2', 'v3'] as const) expect((await card(ids[version]))?.status, version).toBe(model.statusOf(version))
    const second = await card(ids.v2)
    expect(second?.relatesTo).toEqual([
      {
        code: 'replaces',
        target: {
          type: 'DocumentReference',
          identifier: { system: 'urn:ietf:rfc:3986', value: `urn:oid:${ids.v1}` },
          reference: `DocumentReference/${documentReferenceId(`urn:oid:${ids.v1}`)}`,
        },
      },
    ])
    for (const version of ['v1', 'v2', 'v3']) expect(await readMails(to(version), ids), version).toEqual(model.mails.get(to(version)) ?? [])
  })

  it('two formats in one ORU are one act: one mail with both, both superseded by a pair, refused alone', { timeout: 240_000 }, async () => {
    const person = base + 50
    const to = [`pair.${run}@test.mssante.fr`]
    const ids = { a3: newDocumentId(), a1: newDocumentId(), b3: newDocumentId(), b1: newDocumentId() }
    const pair = (controlId: string, n3: Omit<VersionOf, 'controlId' | 'at' | 'person'>, n1: Omit<VersionOf, 'controlId' | 'at' | 'person'>): Uint8Array =>
      pairOf({ ...n3, controlId, at, person }, n1)
    const first = pair(`${run}-p1`, { act: 'create', documentId: ids.a3, version: 1, to }, { act: 'create', documentId: ids.a1, version: 1, to })
    expect(await exchange(sandbox.mllp, first)).toContain('MSA|AA|')
    await completeFlow(sandbox, operator, `${run}-p1`)
    const alone = versionOf({ act: 'replace', kind: 'ORU', documentId: ids.b3, version: 2, replaces: ids.a3, controlId: `${run}-p2`, at, person, to })
    expect(await exchange(sandbox.mllp, alone.bytes)).toMatch(/MSA\|AE\|.*\rERR\|\|OBX\^1\^5\^1\^5\|207\^/)
    const second = pair(
      `${run}-p3`,
      { act: 'replace', documentId: ids.b3, version: 2, replaces: ids.a3, to },
      { act: 'replace', documentId: ids.b1, version: 2, replaces: ids.a1, to },
    )
    expect(await exchange(sandbox.mllp, second)).toContain('MSA|AA|')
    await completeFlow(sandbox, operator, `${run}-p3`)
    for (const [id, status] of [
      [ids.a3, 'superseded'],
      [ids.a1, 'superseded'],
      [ids.b3, 'current'],
      [ids.b1, 'current'],
    ] as const)
      expect((await card(id))?.status).toBe(status)
    expect((await card(ids.b1))?.relatesTo?.map(link => link.code)).toEqual(['replaces', 'transforms'])
    const mails = await mailsOf(sandbox, to[0] ?? '')
    expect(mails).toHaveLength(2)
    for (const mail of mails) expect((await PostalMime.parse(mail)).subject).toMatch(/^XDM\/1\.0\/DDM\+2 documents /)
  })
})
