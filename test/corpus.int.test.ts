import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import PostalMime from 'postal-mime'
import { describe, expect, it } from 'vitest'
import { readCdaHeader } from '../mappers/cda/header/header-reader.ts'
import { readCda } from '../mappers/cda/xml/tree.ts'
import { professional, SB, writeMessage } from './support/messages.ts'
import { completeFlow, exchange, getJson, mailsOf, readSandbox, token, hospitalReceived } from './support/sandbox.ts'
import { unzip } from './support/zip.ts'

// Any CDA document through the whole hub: the published samples, read where they lie, as MDM and ORU in turn.
const corpus = resolve(import.meta.dirname, '../../shared/corpus/cda')
const files = existsSync(corpus) ? readdirSync(corpus, { recursive: true, encoding: 'utf8' }).filter(name => /\.xml$/i.test(name)) : []
if (files.length === 0) process.stdout.write('no sample documents on this machine: the corpus is not sent\n')

const run = Date.now().toString(36)
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

function messageAround(document: Buffer, { index, to }: { index: number; to: string }): { controlId: string; documentId: string; bytes: Buffer } {
  const { header } = readCdaHeader(readCda(document))
  const { id, code, patient } = header
  const controlId = `CORPUS-${run}-${index}`
  const bytes = writeMessage({
    kind: index % 2 === 0 ? 'MDM' : 'ORU',
    controlId,
    document,
    documentId: id.extension === undefined ? id.root : `${id.extension}^^${id.root}^ISO`,
    type: `${code.code}^${(code.display ?? '').replaceAll(/[|^&~\\]/g, ' ')}^LN`,
    participations: [SB, professional(to)],
    flags: { ACK_RECEPTION: 'Y' },
    // Not verified: the samples give one matricule to several persons.
    set: { 'PID-3': patient.identifiers.map(one => `${one.extension}^^^&${one.root}&ISO^PI`).join('~'), 'PID-32': 'PROV' },
  })
  return { controlId, documentId: header.uniqueId, bytes }
}

describe.skipIf(files.length === 0)('every published sample', () => {
  it.concurrent.each(files.map((file, index) => [file, index] as const))(
    '%s: AA, stored byte for byte, mailed with a sound archive, acknowledged',
    async (file, index) => {
      const sandbox = readSandbox()
      const operator = await token(sandbox, 'operator')
      const document = readFileSync(join(corpus, file))
      const to = `corpus${index}.${run}@test.mssante.fr`
      const { controlId, documentId, bytes } = messageAround(document, { index, to })

      expect(await exchange(sandbox.mllp, bytes)).toMatch(new RegExp(`MSA\\|AA\\|${controlId}`))
      await completeFlow(sandbox, operator, controlId)

      const set = await getJson<{ entry?: { resource: { content: { attachment: { url: string } }[] } }[] }>(
        `${sandbox.hapi}/DocumentReference?identifier=${encodeURIComponent(documentId.includes('^') ? (documentId.split('^')[1] ?? '') : documentId)}`,
      )
      expect(set.entry).toHaveLength(1)
      const url = set.entry?.[0]?.resource.content[0]?.attachment.url ?? ''
      const binary = await fetch(`${sandbox.hapi}/${url.slice(url.indexOf('Binary/'))}`, { headers: { accept: 'text/xml, application/xslt+xml' } })
      expect(sha256(Buffer.from(await binary.arrayBuffer()))).toBe(sha256(document))

      const mails = await mailsOf(sandbox, to)
      expect(mails).toHaveLength(1)
      const archive = (await PostalMime.parse(mails[0] ?? '')).attachments.find(one => one.filename?.toLowerCase() === 'ihe_xdm.zip')
      const members = await unzip(Buffer.from(archive?.content as ArrayBuffer))
      expect([...members.keys()]).toEqual(['INDEX.HTM', 'README.TXT', 'IHE_XDM/SUBSET01/METADATA.XML', 'IHE_XDM/SUBSET01/DOC00001.XML'])
      expect(sha256(members.get('IHE_XDM/SUBSET01/DOC00001.XML') ?? Buffer.alloc(0))).toBe(sha256(document))
      expect(members.get('IHE_XDM/SUBSET01/METADATA.XML')?.toString('utf8')).toContain(createHash('sha1').update(document).digest('hex'))

      const acks = await hospitalReceived(sandbox, `|${controlId}|`)
      expect(acks).toHaveLength(1)
      expect(acks[0]).toContain('ZAM^Z02^ZAM_Z01')
    },
  )
})
