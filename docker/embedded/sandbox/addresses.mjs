/*
  Who is in the sandbox: structures, senders, the hub's own mailbox. All invented.
*/

export const MAIL = { hubAddress: 'hub.e-parcours@hub.mssante.fr', hubName: 'Plateforme e-parcours (bac à sable)' }

/** Who is told of incidents: one mailbox and one webhook of the whole region. */
export const ALERTS = { mail: 'alertes.e-parcours@region.mssante.fr', path: '/alertes' }

/** COG codes of the communes the two DACs answer for: Nancy and Rennes. */
const TERRITORIES = { first: '54395', second: '35238' }

/** FINESS numbers of invented structures; type is the code of TRE_R66; a DAC is counted in the territory it answers for. */
export const STRUCTURES = {
  hospital: { finess: '540990017', name: 'Centre hospitalier des Trois Vallées (fictif)', type: '355', territory: TERRITORIES.first },
  secondHospital: { finess: '350990016', name: 'Centre hospitalier des Deux Rivières (fictif)', type: '355', territory: TERRITORIES.second },
  dac: { finess: '540990025', name: 'DAC du Grand Méandre (fictif)', type: '606', territoire: [TERRITORIES.first] },
  secondDac: { finess: '350990024', name: 'DAC des Deux Rivières (fictif)', type: '606', territoire: [TERRITORIES.second] },
  practice: { finess: '540990033', name: 'Maison de santé du Parc (fictive)', type: '603', territory: TERRITORIES.first },
  social: { finess: '540990041', name: "Service autonomie aide l'Éclaircie (fictif)", type: '460', territory: TERRITORIES.first },
  cpts: { finess: '540990058', name: 'CPTS du Grand Méandre (fictive)', type: '604', territory: TERRITORIES.first },
}

/** Who logs in at the monitor, with which role, bounded by which territory; the operator and the privacy officer by none. */
export const USERS = [
  { name: 'observer-1', role: 'observer', territory: TERRITORIES.first },
  { name: 'observer-2', role: 'observer', territory: TERRITORIES.second },
  { name: 'operator', role: 'operator' },
  { name: 'privacy-officer', role: 'privacy-officer' },
]

/** All that an older sender may write otherwise. */
const ODDITIES = ['order.status-code', 'order.segments-missing', 'order.act-for-type', 'metadata.acks-missing', 'document.id-differs']

const acks = port => ({ host: '127.0.0.1', port })

/** The fixed senders, and the regional platform. Everybody else is taken in by the `sandbox` setting. */
export function partners(ports) {
  const hospital = (id, application, facility, rest) => ({
    id,
    kind: 'hospital',
    mshApplication: application,
    mshFacility: facility,
    acks: acks(ports.hospitalMllp),
    ...rest,
  })
  const first = { finess: STRUCTURES.hospital.finess, territory: TERRITORIES.first }
  return [
    hospital('DPI-2', 'DPI-2', 'CH-2', { finess: STRUCTURES.secondHospital.finess, territory: TERRITORIES.second }),
    hospital('LEGACY', 'LEGACY', 'CH-LEGACY', { ...first, profiles: ['1.2', '2.0'], oddities: ODDITIES, zbe: 'lenient' }),
    hospital('STRICT', 'STRICT', 'CH-STRICT', { ...first, mssMatrix: 'strict' }),
    hospital('A08', 'A08', 'CH-A08', { ...first, a08: 'as-z99' }),
    { id: 'region', kind: 'platform', territory: TERRITORIES.first },
  ]
}

export const unknownSenders = ports => ({ acceptUnknownSenders: true, territory: TERRITORIES.first, acks: acks(ports.hospitalMllp) })
