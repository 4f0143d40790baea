/*
  Why a caller asks: codes of v3-ActReason, by what the token speaks for.
    system, user    default TREAT, CAREMGT for a DAC     patient    PATRQT alone     BTG (break-glass)    a professional with a reason, in a token of its own
  Source: fhir-fr.md 1.8, 4.2.
*/
import type { ClientConfig } from '../../config.ts'
import type { Context } from './scopes.ts'

const BY_CONTEXT = {
  system: ['TREAT', 'ETREAT', 'CAREMGT', 'HOPERAT'],
  user: ['TREAT', 'ETREAT', 'CAREMGT', 'HOPERAT', 'BTG'],
  patient: ['PATRQT'],
} as const

export type Purpose = (typeof BY_CONTEXT)[Context][number]

export function defaultPurpose(context: Context, kind: ClientConfig['kind']): Purpose {
  if (context === 'patient') return 'PATRQT'
  return kind === 'dac' ? 'CAREMGT' : 'TREAT'
}

/** Undefined for a code that is not for this context. */
export function readPurpose(code: string, context: Context): Purpose | undefined {
  return BY_CONTEXT[context].find(one => one === code)
}
