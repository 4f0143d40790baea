import { describe, expect, it } from 'vitest'
import { mapEventToNotice, type Told } from '../../../mappers/mail/notice.ts'
import { qualifiedPatient } from '../../support/persons.ts'

const plan: Told = { event: 'pps.publie', level: 'complet', sentences: ['Un objectif est ajouté.'], at: new Date('2026-06-05T08:00:00Z') }

const input = {
  told: [plan],
  patient: qualifiedPatient('279035121518989'),
  to: 'dr.a@test.mssante.fr',
  from: { address: 'hub@pfi.mssante.fr', name: 'Hub' },
  reference: 'r',
  messageId: 'r@pfi.mssante.fr',
  product: 'P-1',
}

describe('the notice to a member of the circle', () => {
  it('says what happened, and at complet what changed', () => {
    const { text } = mapEventToNotice(input)
    expect(text).toContain('nouvelle version')
    expect(text).toContain('Un objectif est ajouté.')
  })

  it('at restreint does not say what changed', () => {
    expect(mapEventToNotice({ ...input, told: [{ ...plan, level: 'restreint' }] }).text).not.toContain('objectif')
  })

  it('at minimal says only that something changed, and whom to call', () => {
    const { text } = mapEventToNotice({ ...input, told: [{ ...plan, level: 'minimal' }] })
    expect(text).toContain('appelez le référent')
    expect(text).not.toMatch(/objectif|plan/i)
  })

  it('says whether a document is new, replaces one, or is deleted', () => {
    const said = (change: { isReplacement?: boolean; isWithdrawn?: boolean }) =>
      mapEventToNotice({ ...input, told: [{ ...plan, event: 'document.depose', sentences: [], level: 'restreint', ...change }] }).text
    expect(said({})).toContain('a été déposé.')
    expect(said({ isReplacement: true })).toContain('annule et remplace')
    expect(said({ isWithdrawn: true })).toContain('est supprimé')
  })

  it('of a whole day tells each event with its time in Paris and at its own level, and is dated as the last', () => {
    const admission: Told = { event: 'encounter.adm', level: 'restreint', sentences: ['Service de cardiologie.'], at: new Date('2026-06-05T12:30:00Z') }
    const { text, date } = mapEventToNotice({ ...input, told: [plan, admission] })
    expect(text).toMatch(/05\/06\/2026 10:00\n.*nouvelle version.*\n- Un objectif est ajouté\.\n\nLe 05\/06\/2026 14:30\nUne admission/)
    expect(text).not.toContain('cardiologie')
    expect(date).toEqual(admission.at)
  })

  it('names nobody in its subject, and carries no document', () => {
    const mail = mapEventToNotice(input)
    expect(mail.subject).not.toContain(input.patient.name?.[0]?.family ?? '-')
    expect([mail.archive, mail.attachments]).toEqual([[], []])
  })
})
