/*
  Why a lane stands still, in one plain sentence of each language; for what profiles/errors.ts says in English alone, and for what is no error.
*/
import { ERRORS, type ErrorCode, textsOf } from '../errors.ts'
import { REFUSALS_IN_FRENCH } from './refusal-advice.ts'

/** A lane that an operator holds, or an opposition or a change of keys keeps still. */
export const HELD = 'lane.held'

export interface Sentence {
  en: string
  fr: string
}

const REASONS: Readonly<Record<string, Sentence>> = {
  [HELD]: { en: 'An operator holds this lane: what is in it waits until it is resumed.', fr: 'Un exploitant retient cette file : son contenu attend la reprise.' },
  'identity.waiting': {
    en: 'Something older about the same person is not done yet.',
    fr: 'Un élément plus ancien concernant la même personne n’est pas terminé.',
  },
  'mapping.impossible': { en: 'The message was accepted but cannot be mapped.', fr: 'Le message a été accepté mais ne peut pas être converti.' },
  'hospital.unreachable': { en: 'The hospital does not take our connection.', fr: 'L’établissement n’accepte pas notre connexion.' },
  'hospital.no_answer': { en: 'The hospital did not acknowledge in time.', fr: 'L’établissement n’a pas acquitté à temps.' },
  'hospital.deferred': { en: 'The hospital answered AR: later.', fr: 'L’établissement a répondu AR : plus tard.' },
  'hospital.refused': { en: 'The hospital answered AE: it does not take this message.', fr: 'L’établissement a répondu AE : il n’accepte pas ce message.' },
  'mssante.unreachable': { en: 'The mail operator does not take our connection.', fr: 'L’opérateur de messagerie n’accepte pas notre connexion.' },
  'mssante.deferred': {
    en: 'The mail operator asks to try again later (4xx).',
    fr: 'L’opérateur de messagerie demande de réessayer plus tard (4xx).',
  },
  'mssante.refused': { en: 'The mail operator refused the mail (5xx).', fr: 'L’opérateur de messagerie a refusé le courriel (5xx).' },
  'mssante.auth': { en: 'The mail operator refused our credentials.', fr: 'L’opérateur de messagerie a refusé notre authentification.' },
  'platform.unreachable': { en: 'The regional platform does not take our connection.', fr: 'La plateforme régionale n’accepte pas notre connexion.' },
  'platform.deferred': { en: 'The regional platform asks to try again later.', fr: 'La plateforme régionale demande de réessayer plus tard.' },
  'platform.refused': { en: 'The regional platform refused the notification.', fr: 'La plateforme régionale a refusé la notification.' },
  'directory.unreachable': { en: 'The national directory does not answer.', fr: 'L’annuaire national ne répond pas.' },
  'directory.refused': {
    en: 'The national directory refused the question, or its answer cannot be read.',
    fr: 'L’annuaire national a refusé la question, ou sa réponse est illisible.',
  },
  'subscription.deferred': { en: 'The subscriber did not take the notification.', fr: 'L’abonné n’a pas pris la notification.' },
  'subscription.certificate': {
    en: 'The certificate of the subscriber is not valid, or no longer.',
    fr: 'Le certificat de l’abonné n’est pas valide, ou ne l’est plus.',
  },
  'bus.unavailable': { en: 'Kafka cannot be reached.', fr: 'Kafka est inaccessible.' },
}

/** The sentence of a code; of one that says nothing in French, the English one twice. */
export function laneReason(code: string): Sentence {
  const known = REASONS[code]
  if (known !== undefined) return known
  if (!(code in ERRORS)) return { en: code, fr: code }
  const { en, fr } = textsOf(code as ErrorCode)
  return { en, fr: fr ?? REFUSALS_IN_FRENCH[code] ?? en }
}
