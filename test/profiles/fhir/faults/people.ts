/*
  Faults of Patient, Practitioner, PractitionerRole, Organization, RelatedPerson (fhir-fr.md 1, 2.7).
*/
import { ANY, add, concept, type Fault, faultsOf, type Row, SYSTEM, swap, to, without } from './fault.ts'

const FR = 'https://hl7.fr/ig/fhir/core/'
const fr0203 = (code: string) => concept(`${FR}CodeSystem/fr-core-cs-v2-0203`, code)
const v20203 = (code: string) => concept('http://terminology.hl7.org/CodeSystem/v2-0203', code)
const ins = (type: string, oid: string, use = 'official') => ({ use, type: fr0203(type), system: `urn:oid:1.2.250.1.213.1.4.${oid}`, value: '279035121518989' })
const OWN = 'urn:oid:1.2.250.1.999.2'

/** Datatype profiles of FR Core. */
const NAME: Row = ['fr-core-human-name prefix max', 'name[0].prefix', 'structure', add('/name/0/prefix', ['Dr', 'Pr'])]
const telecom: Row[] = [
  ['fr-core-contact-point system min', 'telecom[0].system', 'required', without('/telecom/0/system')],
  ['fr-core-contact-point value min', 'telecom[0].value', 'required', without('/telecom/0/value')],
]

/** The identifier at `index` has the type of a slice: it has this slice's system, and a value. */
const slice = (name: string, index: number, wrong?: string): Row[] => [
  ...(wrong === undefined
    ? []
    : ([[`identifier:${name}.system value`, `identifier[${index}].system`, 'value', swap(`/identifier/${index}/system`, wrong)]] as Row[])),
  [`identifier:${name}.system min`, `identifier[${index}].system`, 'required', without(`/identifier/${index}/system`)],
  [`identifier:${name}.value min`, `identifier[${index}].value`, 'required', without(`/identifier/${index}/value`)],
]

const PATIENT: Row[] = [
  ...ANY,
  NAME,
  ...telecom,
  ['identifier min', 'identifier', 'required', without('/identifier')],
  ['gender is known', 'gender', 'code-invalid', swap('/gender', 'F')],
  ['hub-pat-2', 'identifier[0]', 'invariant', add('/identifier/0', { use: 'old', type: v20203('PI'), value: 'IPP-1' })],
]

const RELIABILITY: Row[] = [
  [
    'extension:identityReliability max',
    'extension',
    'structure',
    add('/extension/-', {
      url: `${FR}StructureDefinition/fr-core-identity-reliability`,
      extension: [{ url: 'identityStatus', valueCoding: { system: `${FR}CodeSystem/fr-core-cs-v2-0445`, code: 'VALI' } }],
    }),
  ],
  [
    'fr-core-identity-reliability extension:identityStatus min',
    'extension[0].extension',
    'required',
    swap('/extension/0/extension/0', { url: 'dateCollection', valueDate: '2026-03-02' }),
  ],
  [
    'fr-core-identity-reliability extension:identityStatus.value[x] binding',
    'extension[0].extension[0].value',
    'code-invalid',
    swap('/extension/0/extension/0/valueCoding/code', 'SURE'),
  ],
]

export const PEOPLE: Record<string, Fault[]> = {
  'hub-patient': faultsOf('Patient', [
    ...PATIENT,
    ...RELIABILITY,
    ...slice('PI', 0),
    ...slice('INS-C', 2, OWN),
    ...slice('RRI', 3),
    ['hub-pat-1', '', 'invariant', swap('/identifier/1', ins('INS-NIR-TEST', '10'))],
    ['hub-pat-3', '', 'invariant', swap('/identifier', [{ value: 'X-1' }])],
  ]),
  'hub-patient-ins': faultsOf('Patient', [
    ...PATIENT.filter(([rule]) => rule !== 'identifier min'),
    ...RELIABILITY,
    ['identifier min', 'identifier', 'required', without('/identifier'), swap('/extension/0/extension/0/valueCoding/code', 'QUAL')],
    ['extension:identityReliability min', 'extension', 'required', without('/extension/0'), swap('/identifier/0/use', 'temp')],
    [
      'fr-core-identity-reliability extension:validationDate.value[x] type',
      'extension[0].extension[1]',
      'structure',
      swap('/extension/0/extension/1', { url: 'validationDate', valueDateTime: '2026-03-02' }),
    ],
    [
      'fr-core-identity-reliability extension:methodCollection.value[x] binding',
      'extension[0].extension[2].value',
      'code-invalid',
      swap('/extension/0/extension/2/valueCoding/code', 'TEL'),
    ],
    ['extension:birthPlace min', 'extension', 'required', without('/extension/1')],
    [
      'extension:birthPlace max',
      'extension',
      'structure',
      add('/extension/-', {
        url: 'http://hl7.org/fhir/StructureDefinition/patient-birthPlace',
        valueAddress: {
          extension: [{ url: `${FR}StructureDefinition/fr-core-address-insee-code`, valueCoding: { system: SYSTEM.commune, code: '54395' } }],
          city: 'Nancy',
        },
      }),
    ],
    ['extension:birthPlace.value[x].extension:inseeCode min', 'extension[1].value.extension', 'required', without('/extension/1/valueAddress/extension')],
    [
      'extension:birthPlace.value[x].extension:inseeCode max',
      'extension[1].value.extension',
      'structure',
      add('/extension/1/valueAddress/extension/-', {
        url: `${FR}StructureDefinition/fr-core-address-insee-code`,
        valueCoding: { system: SYSTEM.commune, code: '54395' },
      }),
    ],
    [
      'fr-core-address-insee-code value[x] type',
      'extension[1].value.extension[0]',
      'structure',
      swap('/extension/1/valueAddress/extension/0', { url: `${FR}StructureDefinition/fr-core-address-insee-code`, valueString: '51454' }),
    ],
    [
      'fr-core-address extension:inseeCode max',
      'address[0].extension',
      'structure',
      add('/address/0/extension/-', { url: `${FR}StructureDefinition/fr-core-address-insee-code`, valueCoding: { system: SYSTEM.commune, code: '51454' } }),
    ],
    ...slice('INS-NIR-TEST', 0, 'urn:oid:1.2.250.1.213.1.4.8'),
    ['identifier:INS-NIR-TEST max', 'identifier', 'structure', add('/identifier/-', ins('INS-NIR-TEST', '10'))],
    ['identifier:INS-NIR.system value', 'identifier[0].system', 'value', add('/identifier/0', ins('INS-NIR', '10'))],
    ['identifier:INS-NIR-DEMO.system value', 'identifier[0].system', 'value', add('/identifier/0', ins('INS-NIR-DEMO', '8'))],
    ['identifier:INS-NIA.system value', 'identifier[0].system', 'value', add('/identifier/0', ins('INS-NIA', '8', 'temp'))],
    ...slice('NSS', 2, OWN),
    ...slice('NDP', 3, OWN),
    ['name min', 'name', 'required', without('/name')],
    ['name:officialName min', 'name', 'required', swap('/name/0/use', 'usual')],
    [
      'name:officialName max',
      'name',
      'structure',
      add('/name/-', {
        use: 'official',
        family: 'AUTRE',
        given: ['Anne'],
        extension: [{ url: `${FR}StructureDefinition/fr-core-patient-birth-list-given-name`, valueString: 'Anne' }],
      }),
    ],
    ['name:officialName.family min', 'name[0].family', 'required', without('/name/0/family')],
    ['name:officialName.given min', 'name[0].given', 'required', without('/name/0/given')],
    ['name:officialName.given max', 'name[0].given', 'structure', add('/name/0/given/-', 'Anne')],
    ['name:officialName.extension:birthListGivenName min', 'name[0].extension', 'required', without('/name/0/extension')],
    [
      'fr-core-patient-birth-list-given-name value[x] type',
      'name[0].extension[0]',
      'structure',
      swap('/name/0/extension/0', { url: `${FR}StructureDefinition/fr-core-patient-birth-list-given-name`, valueCode: 'Claire' }),
    ],
    ['gender min', 'gender', 'required', without('/gender')],
    ['gender binding', 'gender', 'code-invalid', swap('/gender', 'other')],
    ['birthDate min', 'birthDate', 'required', without('/birthDate')],
    ['birthDate is a date that exists', 'birthDate', 'value', swap('/birthDate', '1979-02-30')],
    ['fr-core-1', '', 'invariant', swap('/identifier/0', { use: 'usual', type: v20203('PI'), system: OWN, value: 'IPP-2' })],
    ['hub-pat-1', '', 'invariant', swap('/extension/0/extension/0/valueCoding/code', 'PROV')],
    ['hub-pat-3', '', 'invariant', swap('/identifier', [{ value: 'X-1' }]), swap('/extension/0/extension/0/valueCoding/code', 'QUAL')],
    ['the médecin traitant is a professional or a structure', 'generalPractitioner[0]', 'structure', swap('/generalPractitioner/0', to('RelatedPerson/rp-1'))],
  ]),
  'as-practitioner': faultsOf('Practitioner', [
    ...ANY,
    NAME,
    ['identifier min', 'identifier', 'required', without('/identifier')],
    ['as-prat-1', '', 'invariant', swap('/identifier', [{ system: OWN, value: 'X-1' }])],
    ...slice('RPPS', 0, 'http://rpps.fr'),
    ...slice('IDNPS', 1, OWN),
    [
      'identifier:RPPS max',
      'identifier',
      'structure',
      add('/identifier/-', { type: fr0203('RPPS'), system: 'https://rpps.esante.gouv.fr', value: '10100000032' }),
    ],
    ['name min', 'name', 'required', without('/name')],
    ['name.family min', 'name[0].family', 'required', without('/name/0/family')],
  ]),
  'as-practitionerrole': faultsOf('PractitionerRole', [
    ...ANY,
    ...telecom,
    ['practitioner min', 'practitioner', 'required', without('/practitioner')],
    ['practitioner type', 'practitioner', 'structure', swap('/practitioner', to('PractitionerRole/mt-2'))],
    ['organization min', 'organization', 'required', without('/organization')],
    ['organization type', 'organization', 'structure', swap('/organization', to('Location/l-1'))],
    ['code min', 'code', 'required', without('/code')],
    [
      'fr-core-contact-point extension:emailType max',
      'telecom[0].extension',
      'structure',
      add('/telecom/0/extension/-', { url: `${FR}StructureDefinition/fr-core-contact-point-email-type`, valueCoding: { code: 'OSM' } }),
    ],
    [
      'as-ext-mailbox-mss-metadata extension:listeRouge.value[x] type',
      'telecom[0].extension[1].extension[1]',
      'structure',
      swap('/telecom/0/extension/1/extension/1', { url: 'listeRouge', valueString: 'non' }),
    ],
  ]),
  'hub-organization': faultsOf('Organization', [
    ...ANY,
    ['identifier min', 'identifier', 'required', without('/identifier')],
    ['identifier.type min', 'identifier[0].type', 'required', without('/identifier/0/type')],
    ['identifier.system min', 'identifier[0].system', 'required', without('/identifier/0/system')],
    ['identifier.value min', 'identifier[0].value', 'required', without('/identifier/0/value')],
    ['identifier:FINEG.system value', 'identifier[0].system', 'value', swap('/identifier/0/system', 'https://sirene.fr')],
    ['identifier:FINEJ.system value', 'identifier[1].system', 'value', add('/identifier/-', { type: fr0203('FINEJ'), system: OWN, value: '540000100' })],
    ['identifier:SIREN.system value', 'identifier[1].system', 'value', add('/identifier/-', { type: fr0203('SIREN'), system: OWN, value: '732829320' })],
    ['identifier:SIRET.system value', 'identifier[1].system', 'value', add('/identifier/-', { type: fr0203('SIRET'), system: OWN, value: '73282932000074' })],
    ['identifier:IDNST.system value', 'identifier[1].system', 'value', add('/identifier/-', { type: fr0203('IDNST'), system: OWN, value: '1540002102' })],
    ['identifier:INTRN.system value', 'identifier[1].system', 'value', add('/identifier/-', { type: fr0203('INTRN'), system: OWN, value: '1' })],
    ['type min', 'type', 'required', without('/type')],
    ['name min', 'name', 'required', without('/name')],
    ['hub-org-1', '', 'invariant', without('/extension')],
    ['partOf is a structure', 'partOf', 'structure', add('/partOf', to('Location/l-1'))],
  ]),
  'cds-fr-related-person': faultsOf('RelatedPerson', [
    ...ANY,
    NAME,
    ...telecom,
    ['identifier min', 'identifier', 'required', without('/identifier')],
    ['identifier max', 'identifier', 'structure', add('/identifier/-', { system: OWN, value: 'RP-2' })],
    ['identifier.system min', 'identifier[0].system', 'required', without('/identifier/0/system')],
    ['identifier.value min', 'identifier[0].value', 'required', without('/identifier/0/value')],
    ['patient is mandatory', 'patient', 'required', without('/patient')],
    ['patient type', 'patient', 'structure', swap('/patient', to('RelatedPerson/rp-2'))],
    ['relationship:Role min', 'relationship', 'required', without('/relationship/0')],
    ['relationship:Role is a contact role', 'relationship[0]', 'code-invalid', swap('/relationship/0', concept(SYSTEM.r260, 'VOISIN'))],
    ['relationship:RelationType max', 'relationship', 'structure', add('/relationship/-', concept(SYSTEM.r216, 'FTH'))],
    ['name min', 'name', 'required', without('/name')],
    ['name max', 'name', 'structure', add('/name/-', { family: 'AUTRE' })],
    ['name.family min', 'name[0].family', 'required', without('/name/0/family')],
    ['telecom min', 'telecom', 'required', without('/telecom')],
  ]),
}
