import { describe, expect, it } from 'vitest'
import { mapEventToNotice } from '../../../mappers/mail/notice.ts'
import { qualifiedPatient } from '../../support/persons.ts'

const input = {
  event: 'pps.publie' as const,
  patient: qualifiedPatient('279035121518989'),
  sentences: ['Un objectif est ajouté.'],
  to: 'dr.a@test.mssante.fr',
  from: { address: 'hub@pfi.mssante.fr', name: 'Hub' },
  reference: 'r',
  messageId: 'r@pfi.mssante.fr',
  date: new Date(0),
  product: 'P-1',
}

describe('the notice to a member of the circle', () => {
  it('says what happened, and at complet what changed', () => {
    const { text } = mapEventToNotice({ ...input, level: 'complet' })
    expect(text).toContain('nouvelle version')
    expect(text).toContain('Un objectif est ajouté.')
  })

  it('at restreint does not say what changed', () => {
    expect(mapEventToNotice({ ...input, level: 'restreint' }).text).not.toContain('objectif')
  })

  it('at minimal says only that something changed, and whom to call', () => {
    const { text } = mapEventToNotice({ ...input, level: 'minimal' })
    expect(text).toContain('appelez le référent')
    expect(text).not.toMatch(/objectif|plan/i)
  })

  it('says whether a document is new, replaces one, or is deleted', () => {
    const said = (change: { isReplacement?: boolean; isWithdrawn?: boolean }) =>
      mapEventToNotice({ ...input, event: 'document.depose', sentences: [], level: 'restreint', ...change }).text
    expect(said({})).toContain('a été déposé.')
    expect(said({ isReplacement: true })).toContain('annule et remplace')
    expect(said({ isWithdrawn: true })).toContain('est supprimé')
  })

  it('names nobody in its subject, and carries no document', () => {
    const mail = mapEventToNotice({ ...input, level: 'complet' })
    expect(mail.subject).not.toContain(input.patient.name?.[0]?.family ?? '-')
    expect([mail.archive, mail.attachments]).toEqual([[], []])
  })
})
