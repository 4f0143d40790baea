import { describe, expect, it } from 'vitest'
import { replaceIds } from '../../../gateway/store/bundle.ts'
import { mapDocument } from '../../../gateway/workers/map-document.ts'
import { createWorkers } from '../../../gateway/workers/pool.ts'
import { renderMail } from '../../../gateway/workers/render-mail.ts'
import { writeMail } from '../../../connectors/mssante/wire.ts'
import { SYSTEM } from '../../../profiles/canonicals.ts'
import { letterOf } from '../../support/letters.ts'
import { RCT_PS, SB, writeMessage } from '../../support/messages.ts'

const receivedAt = new Date('2026-03-02T09:00:00Z')
const at = new Date('2026-03-01T08:00:00Z')
const letter = letterOf({
  controlId: 'T1',
  person: 1,
  at,
  documentId: '2.25.1234567890',
  to: ['dr.a@test.mssante.fr', 'dr.b@test.mssante.fr', 'dr.a@test.mssante.fr'],
})
const input = { bytes: letter.bytes, receivedAt, environment: 'test', maxDocumentBytes: 25_000_000 } as const
const mail = {
  bytes: letter.bytes,
  recipient: { address: 'dr.a@test.mssante.fr', kind: 'ps' as const, path: '' },
  change: 'create' as const,
  maxDocumentBytes: 25_000_000,
  isInsQualified: true,
  from: { address: 'hub@hub.mssante.fr', name: 'Hub' },
  reference: 'abc',
  messageId: 'abc@hub.mssante.fr',
  date: receivedAt,
  product: { name: 'hub', version: '0', contact: 'hub', reference: 'HUB-0' },
  sourceId: '1.2.250.1.999.1',
}

describe('mapping a stored message', () => {
  it('gives the same bytes on a second run once the ledger has named the same ids', () => {
    const [first, second] = [mapDocument(input), mapDocument(input)]
    const actual = new Map(second.claims.map((claim, index) => [claim.id, first.claims[index]?.id ?? '']))
    const text = (entries: typeof first.entries, ids: Map<string, string>) =>
      entries.map(entry => [entry.type, entry.id, Buffer.from(replaceIds(entry.json, ids)).toString()])
    expect(second.patient).not.toBe(first.patient)
    expect(text(second.entries, actual)).toEqual(text(first.entries, new Map()))
  })

  it('names each mailbox once, what the sender asks for, and the stored document', () => {
    const { deposit, entries } = mapDocument(input)
    expect(deposit.mailboxes.map(one => one.party.address)).toEqual(['dr.a@test.mssante.fr', 'dr.b@test.mssante.fr'])
    expect(deposit).toMatchObject({ ackReception: true, destDmp: false, facts: { identity: 'qualifiee', isMinor: false } })
    expect(entries.map(entry => `${entry.type}/${entry.id}`)).toContain(deposit.document)
  })

  it('a recipient is named by a number of the national directory only: two hospitals may each have a DR12', () => {
    const rct = (address: string, who: string) => `PRT||UC||RCT^Result Copies To^participation|${who}||||||||||^^X.400^${address}`
    const participations = [SB, rct('a@x.mssante.fr', 'DR12^MODELE'), rct('b@x.mssante.fr', '10000000024^MODELE^^^^^^^^^^^RPPS'), RCT_PS]
    const { deposit } = mapDocument({ ...input, bytes: writeMessage({ participations }) })
    expect(deposit.mailboxes.map(({ party: { type, identifier } }) => [type, identifier?.system, identifier?.value])).toEqual([
      ['Practitioner', undefined, undefined],
      ['Practitioner', SYSTEM.rpps, '10000000024'],
      ['Practitioner', SYSTEM.idNatPs, '810100000024'],
    ])
  })

  it('a recipient of whom nothing but a mailbox is said is no structure', () => {
    const rct = (address: string, structure = '', application = '') =>
      `PRT||UC||RCT^Result Copies To^participation||||${structure}||${application}|||||^^X.400^${address}`
    const participations = [SB, RCT_PS, rct('seul@x.mssante.fr'), rct('service@x.mssante.fr', 'Service'), rct('app@x.mssante.fr', '', 'LOGICIEL')]
    const { deposit } = mapDocument({ ...input, bytes: writeMessage({ participations }) })
    expect(deposit.mailboxes.slice(1).map(({ party: { type } }) => type)).toEqual([undefined, 'Organization', 'Device'])
  })

  it('puts content over 1 MiB beside the transaction, byte for byte', () => {
    const large = letterOf({
      controlId: 'T2',
      person: 1,
      at,
      edit: cda => cda.replace('</ClinicalDocument>', `<!--${'x'.repeat(1_200_000)}--></ClinicalDocument>`),
    })
    const { binaries, entries } = mapDocument({ ...input, bytes: large.bytes })
    expect(binaries.map(one => Buffer.from(one.bytes).toString('utf8'))).toEqual([large.cda])
    expect(entries.every(entry => entry.json.byteLength < 1 << 20)).toBe(true)
  })
})

describe('rendering a mail', () => {
  it('gives the same bytes on every attempt', async () => {
    expect(Buffer.from(await writeMail(await renderMail(mail))).equals(Buffer.from(await writeMail(await renderMail(mail))))).toBe(true)
  })

  it('goes also to an address that only an earlier version named', async () => {
    const { to } = await renderMail({ ...mail, change: 'replace', recipient: { address: 'dr.c@test.mssante.fr', kind: 'ps', path: '' } })
    expect(to).toBe('dr.c@test.mssante.fr')
  })
})

describe('the workers', () => {
  it('hand on what a task throws, with its code and place', async () => {
    const workers = createWorkers({ threads: 1 })
    await expect(workers.run('mapDocument', { ...input, bytes: Buffer.from('no message') })).rejects.toMatchObject({ name: 'HubError' })
    await workers.close()
  })
})
