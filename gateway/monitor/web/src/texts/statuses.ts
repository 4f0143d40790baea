/*
  The words and signs of the statuses of flows and deliveries. `partial`: complete, and somebody was not reached.
*/
import { language, type Texts } from '../language.ts'
import type { Tone } from '../parts/status.tsx'

const TONES: Readonly<Record<string, Tone>> = {
  received: 'running',
  running: 'running',
  waiting: 'waiting',
  parked: 'bad',
  refused: 'bad',
  complete: 'good',
  partial: 'bad',
  planned: 'running',
  sending: 'running',
  sent: 'running',
  delivered: 'good',
  failed: 'bad',
  unconfirmed: 'waiting',
  stopped: 'neutral',
  none: 'neutral',
}

const WORDS: Texts<Readonly<Record<string, string>>> = {
  fr: {
    received: 'reçu',
    running: 'en cours',
    waiting: 'en attente',
    parked: 'bloqué',
    refused: 'refusé',
    complete: 'terminé',
    partial: 'non remis à tous',
    planned: 'prévu',
    sending: 'en cours d’envoi',
    sent: 'envoyé',
    delivered: 'remis',
    failed: 'en échec',
    unconfirmed: 'sans accusé',
    stopped: 'arrêté',
    none: 'sans envoi',
  },
  en: {
    received: 'received',
    running: 'running',
    waiting: 'waiting',
    parked: 'parked',
    refused: 'refused',
    complete: 'complete',
    partial: 'not delivered to all',
    planned: 'planned',
    sending: 'sending',
    sent: 'sent',
    delivered: 'delivered',
    failed: 'failed',
    unconfirmed: 'unconfirmed',
    stopped: 'stopped',
    none: 'not sent',
  },
}

/** Of a flow or a delivery; an unknown one is said as it is. */
export const statusWord = (status: string): string => WORDS[language()][status] ?? status
export const statusTone = (status: string): Tone => TONES[status] ?? 'neutral'
