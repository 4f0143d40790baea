/*
  The consents of the table by name: whom they name, when they run, how far they reach (fhir-fr.md 2.5).
*/
import type { Consent, ConsentProvision } from 'fhir/r4.js'
import { consent } from '../support/support-requests.ts'
import type { Setting } from './setting.ts'

export interface Named {
  patient: string
  /** Who collects it. */
  collector: string
  /** References by the names of the table. */
  doctor: string
  practice: string
  hospital: string
  otherDac: string
  caregiver: string
  careTeam: string
}

const ACT_REASON = 'http://terminology.hl7.org/CodeSystem/v3-ActReason'
const purpose = (code: string): Partial<ConsentProvision> => ({ purpose: [{ system: ACT_REASON, code }] })
const code = (loinc: string): Partial<ConsentProvision> => ({ code: [{ coding: [{ system: 'http://loinc.org', code: loinc }] }] })
const actor = (reference: string): Partial<ConsentProvision> => ({
  actor: [{ role: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code: 'IRCP' }] }, reference: { reference } }],
})
const OVER: Partial<ConsentProvision> = { period: { start: '2026-01-01', end: '2026-02-01' } }

/** A day long ago, so that every consent of the table runs. */
const BEGAN = '2026-01-01'
const ENDED = '2026-03-01'

type Write = (named: Named) => Consent

const permit =
  (
    nature: 'information' | 'accord' | 'partage',
    narrow: (named: Named) => Partial<ConsentProvision> = () => ({}),
    status: Consent['status'] = 'active',
  ): Write =>
  named =>
    written(named, { nature, provision: { ...(nature === 'partage' ? actor(named.otherDac) : {}), ...narrow(named) }, status })

const deny =
  (narrow: (named: Named) => Partial<ConsentProvision>, status: Consent['status'] = 'active'): Write =>
  named =>
    written(named, { nature: 'opposition', provision: narrow(named), status })

export const CONSENTS: Record<string, Write> = {
  information: permit('information'),
  'information:draft': permit('information', undefined, 'draft'),
  'information:withdrawn': permit('information', undefined, 'inactive'),
  'information:over': permit('information', () => OVER),
  accord: permit('accord'),
  partage: permit('partage'),
  'partage:purpose': permit('partage', () => purpose('HOPERAT')),
  'partage:over': permit('partage', () => OVER),
  'partage:withdrawn': permit('partage', undefined, 'inactive'),
  'partage:letter': permit('partage', () => code('11490-0')),
  'deny:all': deny(() => ({})),
  'deny:practice': deny(({ practice }) => actor(practice)),
  'deny:purpose': deny(({ practice }) => ({ ...actor(practice), ...purpose('HOPERAT') })),
  'deny:doctor': deny(({ doctor }) => actor(doctor)),
  'deny:circle': deny(({ careTeam }) => actor(careTeam)),
  'deny:caregiver': deny(({ caregiver }) => actor(caregiver)),
  'deny:hospital': deny(({ hospital }) => actor(hospital)),
  'deny:other': deny(({ otherDac }) => actor(otherDac)),
  'deny:letters': deny(() => code('11490-0')),
  'deny:withdrawn': deny(({ practice }) => actor(practice), 'inactive'),
  'deny:draft': deny(({ practice }) => actor(practice), 'draft'),
}

export function consentNamed(name: string, named: Named): Consent {
  const write = CONSENTS[name]
  if (write === undefined) throw new Error(`no consent named ${name}`)
  return write(named)
}

/** Whom a consent of this person may name, in the setting: the doctor and the practice; the others are nobody. */
export const namedIn = (setting: Pick<Setting, 'dac' | 'doctor' | 'practice' | 'otherDac'>, patient: string): Named => ({
  patient,
  collector: setting.dac.structure,
  doctor: setting.doctor.role,
  practice: setting.practice,
  hospital: '',
  otherDac: setting.otherDac,
  caregiver: '',
  careTeam: '',
})

function written(named: Named, { nature, provision, status }: { nature: string; provision: Partial<ConsentProvision>; status: Consent['status'] }): Consent {
  const period = status === 'inactive' ? { start: BEGAN, end: ENDED } : { start: BEGAN }
  return consent(named.patient, nature, named.collector, {
    status,
    dateTime: '2026-01-01T11:00:00+01:00',
    provision: { type: nature === 'opposition' ? 'deny' : 'permit', period, ...purpose('CAREMGT'), ...provision },
  })
}
