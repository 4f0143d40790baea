/*
  The events of the hub as the world outside names them (code system hub-cs-evenement) and the fixed attributes of their CloudEvents.
*/

export const EVENT_CODES = [
  'encounter.adm',
  'encounter.sor',
  'encounter.mut',
  'document.depose',
  'pps.publie',
  'cercle.modifie',
  'appui.statut',
  'snp.statut',
  'consent.modifie',
  'identite.conflit',
  'identite.fusion',
  'identite.scission',
] as const

export type EventCode = (typeof EVENT_CODES)[number]

/** CloudEvents `source` of everything the hub announces. */
export const EVENT_SOURCE = 'urn:e-parcours:hub'

/** `document.depose` → `fr.e-parcours.document.depose.v1` */
export const eventType = (code: string): string => `fr.e-parcours.${code}.v1`

export const isEventCode = (code: string): code is EventCode => (EVENT_CODES as readonly string[]).includes(code)
