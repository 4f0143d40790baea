import type { Bundle, DocumentReference } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { verdictOf } from '../support/answers.ts'
import { newDocumentId, ownPersons } from '../support/letters.ts'
import { completeFlow, eventually, exchange, getJson, mailsOf, readSandbox, token } from '../support/sandbox.ts'
import { type VersionOf, versionOf } from '../support/versions.ts'

// Versions that cannot be: each is refused at its place with its application code, changes no document and mails nobody. And the ones that older senders write, which are taken.

const run = Date.now().toString(36)
const seed = ownPersons()
const sandbox = readSandbox()
const operator = await token(sandbox, 'operator')
let count = 0

type Edit = (er7: string) => string
const swap =
  (from: string | RegExp, to: string): Edit =>
  text =>
    text.replace(from, to)

/** One document of one invented person, as its versions are sent. */
function chain() {
  count += 1
  const [person, to] = [seed + count, `ver${count}.${run}@test.mssante.fr`]
  const at = new Date()
  const ids = { v1: newDocumentId(), v2: newDocumentId(), v3: newDocumentId() }
  let sent = 0
  const send = async (act: VersionOf['act'], documentId: string, more: { replaces?: string; edit?: Edit; cda?: Edit } = {}) => {
    sent += 1
    const controlId = `VER-${run}-${count}-${sent}`
    const { replaces, edit = text => text, cda } = more
    const { bytes } = versionOf({
      act,
      documentId,
      at,
      person,
      controlId,
      version: replaces === undefined ? 1 : 2,
      to: [to],
      ...(replaces === undefined ? {} : { replaces }),
      ...(cda === undefined ? {} : { edit: cda }),
    })
    return { controlId, verdict: verdictOf(await exchange(sandbox.mllp, Buffer.from(edit(Buffer.from(bytes).toString('utf8')), 'utf8'))) }
  }
  const take = async (...sending: Parameters<typeof send>): Promise<void> => {
    const { verdict, controlId } = await send(...sending)
    expect(verdict).toBe('AA')
    await completeFlow(sandbox, operator, controlId)
  }
  return { ids, to, send, take }
}

const statusOf = async (id: string): Promise<string | undefined> => {
  const query = `identifier=${encodeURIComponent(`urn:ietf:rfc:3986|urn:oid:${id}`)}`
  return (await getJson<Bundle<DocumentReference>>(`${sandbox.hapi}/DocumentReference?${query}`)).entry?.[0]?.resource?.status
}

type Chain = ReturnType<typeof chain>
const REFUSED: [name: string, before: (one: Chain) => Promise<void>, send: (one: Chain) => Promise<{ verdict: string }>, answer: RegExp][] = [
  ['deleting what was never seen', async () => undefined, one => one.send('delete', one.ids.v1), /^AE \S+ 207/],
  ['a document that replaces itself', async () => undefined, one => one.send('replace', one.ids.v1, { replaces: one.ids.v1 }), /^AE \S+ 207\/900/],
  [
    'a cycle of two',
    async one => one.take('replace', one.ids.v2, { replaces: one.ids.v1 }),
    one => one.send('replace', one.ids.v1, { replaces: one.ids.v2 }),
    /^AE \S+ 207\/900/,
  ],
  [
    'a second replacement of the same version',
    async one => {
      await one.take('create', one.ids.v1)
      await one.take('replace', one.ids.v2, { replaces: one.ids.v1 })
    },
    one => one.send('replace', one.ids.v3, { replaces: one.ids.v1 }),
    /^AE \S+ 207\/900/,
  ],
  [
    'deleting a version that is not the latest',
    async one => {
      await one.take('create', one.ids.v1)
      await one.take('replace', one.ids.v2, { replaces: one.ids.v1 })
    },
    one => one.send('delete', one.ids.v1),
    /^AE \S+ 207\/900/,
  ],
  [
    'replacing what was deleted',
    async one => {
      await one.take('create', one.ids.v1)
      await one.take('delete', one.ids.v1)
    },
    one => one.send('replace', one.ids.v2, { replaces: one.ids.v1 }),
    /^AE \S+ 207/,
  ],
  [
    'the same identifier with other bytes',
    async one => one.take('create', one.ids.v1),
    one => one.send('create', one.ids.v1, { cda: swap('</title>', ' (bis)</title>') }),
    /^AE \S+ 207/,
  ],
  [
    'T10 without TXA-13',
    async one => one.take('create', one.ids.v1),
    one => one.send('replace', one.ids.v2, { replaces: one.ids.v1, edit: swap(/(TXA(?:\|[^|\r]*){12}\|)[^|\r]+/, '$1') }),
    /^AE TXA\^1\^13 101/,
  ],
  [
    'TXA-13 of another document than the CDA replaces',
    async one => one.take('create', one.ids.v1),
    one => one.send('replace', one.ids.v2, { replaces: one.ids.v1, edit: swap(/(TXA(?:\|[^|\r]*){12}\|)[^|\r]+/, '$12.25.77') }),
    /^AE TXA\^1\^13 207/,
  ],
  [
    'T10 with ORC-1 NW',
    async one => one.take('create', one.ids.v1),
    one => one.send('replace', one.ids.v2, { replaces: one.ids.v1, edit: swap('ORC|RO', 'ORC|NW') }),
    /^AE ORC\^1\^1 199/,
  ],
  [
    'T04 with OBX-11 C',
    async one => one.take('create', one.ids.v1),
    one => one.send('delete', one.ids.v1, { edit: swap(/(OBX\|1\|[^\r]*\|)D/, '$1C') }),
    /^AE OBX\^1\^11 199/,
  ],
]

describe('refused, and nothing has changed', () => {
  it.each(REFUSED)('%s', async (_name, before, send, answer) => {
    const one = chain()
    await before(one)
    const look = async () => ({ statuses: await Promise.all(Object.values(one.ids).map(statusOf)), mails: (await mailsOf(sandbox, one.to)).length })
    const known = await look()
    expect((await send(one)).verdict).toMatch(answer)
    expect(await look()).toEqual(known)
  })
})

it('an older sender replaces by T10 with ORC-1 SC and deletes by T04 without ORC and OBR', async () => {
  const legacy: Edit = text => text.replace('DPI-1|CH-1', 'LEGACY|CH-LEGACY').replace('2.1^CISIS_CDA_HL7_V2', '2.0^CISIS_CDA_HL7_V2')
  const { ids, take } = chain()
  await take('create', ids.v1, { edit: legacy })
  await take('replace', ids.v2, { replaces: ids.v1, edit: text => legacy(text).replace('ORC|RO', 'ORC|SC') })
  await eventually('the first is superseded', async () => ((await statusOf(ids.v1)) === 'superseded' ? true : undefined))
  await take('delete', ids.v2, { replaces: ids.v1, edit: text => legacy(text).replace(/(?:ORC|OBR)\|[^\r]*\r/g, '') })
  await eventually('the second is withdrawn', async () => ((await statusOf(ids.v2)) === 'entered-in-error' ? true : undefined))
})
