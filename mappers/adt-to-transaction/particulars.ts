/*
  What PAM-FR says of a stay and R4 has no element for, as one extension of the Encounter; the addresses it names, as places inside it.
    ZFV-1.2 dernierSejour      ZFV-2 transportSortie      ZFV-4, 5 placement      ZFV-7 sejourProvenance      ZFV-8 archive
    ZFV-11 priseEnChargeTransport      ZFM-5 passageUrgences      ZFV-6 => contained Location, referred to by hospitalization
*/
import type { CodeableConcept, Extension, Location, Reference } from 'fhir/r4.js'
import { EXTENSION, HUB } from '../../profiles/canonicals.ts'
import { only, toAddress } from '../cda/datatypes.ts'
import type { PostalAddress } from '../cda/header/header.ts'
import type { Particulars, StayContent, Word } from '../hl7v2/adt/movement.ts'

export function mapParticulars(said: Particulars | undefined): Extension[] {
  if (said === undefined) return []
  const { lastStayAt, exitTransport, originStay, archive, transportCharge, emergencyPassage } = said
  const period = { ...only('start', said.placedAt), ...only('end', said.placedUntil) }
  const parts: Extension[] = [
    ...part('dernierSejour', lastStayAt, valueDateTime => ({ valueDateTime })),
    ...part('transportSortie', exitTransport, word => ({ valueCodeableConcept: wordOf('transport-sortie', word) })),
    ...part('placement', Object.keys(period).length === 0 ? undefined : period, valuePeriod => ({ valuePeriod })),
    ...part('sejourProvenance', originStay, valueIdentifier => ({ valueIdentifier })),
    ...part('archive', archive, valueString => ({ valueString })),
    ...part('priseEnChargeTransport', transportCharge, word => ({ valueCodeableConcept: wordOf('prise-en-charge-transport', word) })),
    ...part('passageUrgences', emergencyPassage, valueCode => ({ valueCode })),
  ]
  return parts.length === 0 ? [] : [{ url: EXTENSION.stayParticulars, extension: parts }]
}

function part<V>(url: string, value: V | undefined, told: (value: V) => Omit<Extension, 'url'>): Extension[] {
  return value === undefined ? [] : [{ url, ...told(value) }]
}

/** The tables are those of each hospital. */
function wordOf(table: string, { code, text }: Word): CodeableConcept {
  return {
    ...(code === undefined ? {} : { coding: [{ system: `${HUB}CodeSystem/hub-cs-${table}`, code, ...only('display', text) }] }),
    ...only('text', text ?? code),
  }
}

const ORIGIN = 'provenance'
const DESTINATION = 'destination'

/** Where the person comes from and goes to, if an address is told. */
export function placesBeside({ originFacility, particulars: { originAddress, destinationAddress } = {} }: StayContent): Location[] {
  return [...placeAt(ORIGIN, originAddress, originFacility), ...placeAt(DESTINATION, destinationAddress)]
}

function placeAt(id: string, address: PostalAddress | undefined, name?: string): Location[] {
  return address === undefined ? [] : [{ resourceType: 'Location', id, ...only('name', name), address: toAddress(address) }]
}

export function originOf({ originFacility, particulars }: StayContent): Reference | undefined {
  const reference = particulars?.originAddress === undefined ? undefined : `#${ORIGIN}`
  return reference === undefined && originFacility === undefined ? undefined : { ...only('reference', reference), ...only('display', originFacility) }
}

export const destinationOf = ({ particulars }: StayContent): Reference | undefined =>
  particulars?.destinationAddress === undefined ? undefined : { reference: `#${DESTINATION}` }
