import type { CarePlanActivityDetail, TimingRepeat } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { readSchedule } from '../../../mappers/care-plan-diff/schedule.ts'

const repeat = (timing: TimingRepeat): Partial<CarePlanActivityDetail> => ({ scheduledTiming: { repeat: timing } })

describe('a schedule in words', () => {
  it.each<[string, Partial<CarePlanActivityDetail>]>([
    ['le lundi et le jeudi à 9 heures 30', repeat({ dayOfWeek: ['mon', 'thu'], timeOfDay: ['09:30:00'], frequency: 2, period: 1, periodUnit: 'wk' })],
    ['chaque jour', repeat({ frequency: 1, period: 1, periodUnit: 'd' })],
    ['3 fois par semaine', repeat({ frequency: 3, period: 1, periodUnit: 'wk' })],
    ['toutes les 2 semaines', repeat({ frequency: 1, period: 2, periodUnit: 'wk' })],
    ['le matin et le soir, chaque jour', repeat({ when: ['MORN', 'EVE'], frequency: 1, period: 1, periodUnit: 'd' })],
    ['30 minutes avant le repas', repeat({ when: ['AC'], offset: 30 })],
    ['le mardi, du 1er juin 2026 au 30 juin 2026', repeat({ dayOfWeek: ['tue'], boundsPeriod: { start: '2026-06-01', end: '2026-06-30' } })],
    ['chaque jour, pendant 10 jours', repeat({ frequency: 1, period: 1, periodUnit: 'd', boundsDuration: { value: 10, code: 'd' } })],
    ['le vendredi 12 juin 2026 à 14 heures', { scheduledTiming: { event: ['2026-06-12T14:00:00+02:00'] } }],
    ['le vendredi 12 juin 2026 à 14 heures', { scheduledTiming: { event: ['2026-06-12T12:00:00Z'] } }],
    ['deux fois par jour', { scheduledTiming: { code: { coding: [{ code: 'BID' }] } } }],
    ['le lundi 1er juin 2026 de 9 heures à 10 heures', { scheduledPeriod: { start: '2026-06-01T09:00:00+02:00', end: '2026-06-01T10:00:00+02:00' } }],
    ['du 1er juin 2026 au 12 juillet 2026', { scheduledPeriod: { start: '2026-06-01', end: '2026-07-12' } }],
    ['à partir de juin 2026', { scheduledPeriod: { start: '2026-06' } }],
    ['au réveil (30 minutes plus tard)', repeat({ when: ['WAKE'], offset: 30 })],
    ['le lundi, toutes les 1 à 2 semaines', repeat({ dayOfWeek: ['mon'], frequency: 1, period: 1, periodMax: 2, periodUnit: 'wk' })],
    ['pendant au plus 10 jours', repeat({ boundsDuration: { comparator: '<=', value: 10, code: 'd' } })],
    ['pendant au moins 2 semaines', repeat({ boundsRange: { low: { value: 2, code: 'wk' } } })],
    ['pendant au plus 3 mois', repeat({ boundsRange: { high: { value: 3, code: 'mo' } } })],
    ['pendant 2 semaines à 3 mois', repeat({ boundsRange: { low: { value: 2, code: 'wk' }, high: { value: 3, code: 'mo' } } })],
    ['le samedi 13 juin 2026 à 0 heure 30', { scheduledTiming: { event: ['2026-06-12T22:30:00+00:00'] } }],
    ['un jeudi sur deux', { scheduledString: 'un jeudi sur deux' }],
  ])('%s', (words, detail) => {
    expect(readSchedule({ status: 'scheduled', ...detail })?.words).toBe(words)
  })
})
