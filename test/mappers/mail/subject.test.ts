import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import MailComposer from 'nodemailer/lib/mail-composer'
import PostalMime from 'postal-mime'
import { describe, expect, it } from 'vitest'
import { readCdaHeader } from '../../../mappers/cda/header/header-reader.ts'
import type { CdaHeader } from '../../../mappers/cda/header/header.ts'
import { readCda } from '../../../mappers/cda/xml/tree.ts'
import { writeAttachmentName } from '../../../mappers/mail/attachment-name.ts'
import { writeSubject } from '../../../mappers/mail/subject.ts'
import { transmissionOf } from '../../support/transmission.ts'

const document = readFileSync(join(import.meta.dirname, '../../fixtures/cda/ldl-ses/in.xml'))
const { header } = readCdaHeader(readCda(document))
const transmission = transmissionOf(document)
const named = (birthFamily: string, firstBirthGiven: string, display = 'CR'): CdaHeader => ({
  ...header,
  code: { ...header.code, display },
  patient: { ...header.patient, birthFamily, firstBirthGiven },
})
const anyText = fc.string({ unit: 'binary', maxLength: 300 })

describe('subject', () => {
  it('writes the birth name in capitals without accents', () => {
    expect(writeSubject([{ header: named("D'Œuvre-Müller", 'Anaïs') }], transmission)).toBe("XDM/1.0/DDM+CR D'OEUVRE-MULLER Anaïs 28/03/1979")
  })

  it('takes the family name of the message from the first name that has one, where the document has none', () => {
    const names = [
      { family: '', given: 'JEAN', type: 'D' },
      { family: 'DUPONT', given: 'JEAN', type: 'L' },
    ]
    const { birthFamily: _, usedFamily: __, ...patient } = header.patient
    const subject = writeSubject([{ header: { ...header, patient } }], { ...transmission, patient: { ...transmission.patient, names } })
    expect(subject).toMatch(/ DUPONT CLAIRE /)
  })

  it('cuts the label after 40 characters, never inside one', () => {
    const label =
      writeSubject([{ header: named('A', 'B', '𝒟'.repeat(50)) }], transmission)
        .slice('XDM/1.0/DDM+'.length)
        .split(' ')[0] ?? ''
    expect(Array.from(label)).toHaveLength(40)
  })

  it('leaves out a birth date that is no day', () => {
    for (const birthTime of ['1979', '19790000', '19790230'])
      expect(writeSubject([{ header: { ...header, patient: { ...header.patient, birthTime } } }], transmission)).toMatch(/EXEMPLE CLAIRE$/)
  })

  it('is one line of bounded length whatever the names hold', () => {
    fc.assert(
      fc.property(anyText, anyText, anyText, (family, given, label) => {
        const subject = writeSubject([{ header: named(family, given, label) }], transmission)
        expect(subject).not.toMatch(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u)
        expect(Array.from(subject).length).toBeLessThan(200)
        expect(subject.startsWith('XDM/1.0/DDM+')).toBe(true)
      }),
    )
  })

  it('survives the header of a mail: no encoded word over 75 characters, no line over 998, the same text again', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, anyText, anyText, async (family, given, label) => {
        const subject = writeSubject([{ header: named(family, given, label) }], transmission)
        const raw = await new MailComposer({ from: 'a@exemple.mssante.fr', to: 'b@exemple.mssante.fr', subject, text: '.' }).compile().build()
        for (const line of raw.toString('latin1').split('\r\n')) expect(line.length).toBeLessThanOrEqual(998)
        for (const word of raw.toString('latin1').match(/=\?[^?\s]+\?[BQ]\?[^?\s]*\?=/gi) ?? []) expect(word.length).toBeLessThanOrEqual(75)
        expect((await PostalMime.parse(raw)).subject).toBe(subject)
      }),
      { numRuns: 60 },
    )
  })
})

describe('name of the PDF', () => {
  it('is day of the act, type, name and given name', () => {
    expect(writeAttachmentName(named('Müller', 'Anne Lise', "Compte-rendu d'imagerie"), transmission)).toBe(
      '20260526_Compte-rendu-d-imagerie_MULLER_Anne-Lise.pdf',
    )
  })

  it('is safe on any file system whatever the names hold', () => {
    fc.assert(
      fc.property(anyText, anyText, anyText, (family, given, label) => {
        const name = writeAttachmentName(named(family, given, label), transmission)
        expect(name).toMatch(/^[A-Za-z0-9][A-Za-z0-9_-]*\.pdf$/)
        expect(name.length).toBeLessThan(200)
      }),
    )
  })
})
