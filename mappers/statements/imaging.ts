/*
  Studies of a DICOM object catalogue (E3.155 to E3.157, PS3.20 9.16 to 9.18): the study with its series and their objects is one ImagingStudy.
    act study => id=uid code 113014 effectiveTime; COMP act series => id=uid code 113015 { qualifier 121139=modality } effectiveTime; COMP observation DGIMG object => id=uid code=class text/reference=address
  The study that the document is about, by its UID or as the only one, is tied to the act and to the accession number of the header (documentationOf, inFulfillmentOf).
  An object told elsewhere is one of a study of the catalogue: what shows it there rests on that study.
*/
import type { CodeableConcept, Coding, Endpoint, Identifier, ImagingStudy, ImagingStudySeries, ImagingStudySeriesInstance } from 'fhir/r4.js'
import { SYSTEM } from '../../profiles/canonicals.ts'
import { list, listOf, only, stated, toCodeableConcept, toIdentifier } from '../cda/datatypes.ts'
import type { CdaElement } from '../cda/xml/element.ts'
import { notesOf } from './comments.ts'
import { FILLER, leave, type Made, NOTHING, type StatementRule, type StatementScene } from './frame/contract.ts'
import { identifiersOf } from './values/identifiers.ts'
import { isNull } from './values/negation.ts'
import { DICOM_OBJECT, fr, hasTemplate } from './frame/templates.ts'
import { startOf } from './values/times.ts'
import { type State, toldStateOf } from './medicines/treatment-state.ts'
import { absence, codingOf } from './values/values.ts'

const STUDY = [fr('155'), '1.2.840.10008.9.16', '2.16.840.1.113883.10.20.6.2.6']
const SERIES = [fr('156'), '1.2.840.10008.9.17', '2.16.840.1.113883.10.20.22.4.63']
const [STUDY_CODE, SERIES_CODE, MODALITY] = ['113014', '113015', '121139']
const UID = /^[0-2](?:\.(?:0|[1-9]\d*))+$/
const CONNECTIONS = 'http://terminology.hl7.org/CodeSystem/endpoint-connection-type'

const ACCESSION: CodeableConcept = { coding: [{ system: SYSTEM.v20203, code: 'ACSN' }] }

const STATUS: Partial<Record<State, ImagingStudy['status']>> = { stopped: 'cancelled', cancelled: 'cancelled', wrong: 'entered-in-error' }

function mapStudy(statement: CdaElement, at: StatementScene): Made {
  const endpoints: Endpoint[] = []
  const series = at.part('series', () => at.nested(statement).flatMap(({ statement: one }) => seriesOf(one, endpoints, at)))
  const identifier = at.part('identifier', () => (identifiersOf(statement).identifier ?? []).map(dicomIdentifier))
  if (identifier.length === 0 && series.length === 0) return FILLER
  const modality = series.map(one => one.modality).filter(({ code }, index, all) => code !== undefined && all.findIndex(other => other.code === code) === index)
  const started = at.part('started', () => startOf(statement.child('effectiveTime'), at))
  const asked = askedFor(statement, at)
  const study: ImagingStudy & { id: string } = {
    ...at.base('ImagingStudy', statement),
    ...list('contained', endpoints),
    ...list('identifier', [...identifier, ...(asked.identifier ?? [])]),
    status: STATUS[toldStateOf(statement)] ?? (isNull(statement) ? 'unknown' : 'available'),
    ...list('modality', modality),
    subject: at.patient,
    encounter: at.encounter,
    ...stated({ started, procedureCode: asked.procedureCode }),
    ...notesOf(statement, at),
    ...only('description', at.text(statement)),
    ...list('series', series),
  }
  return { resources: [study] }
}

/** An accession number is told where the document knows of one alone. */
function askedFor(statement: CdaElement, { header: { serviceEvents, orders }, section }: StatementScene): Pick<ImagingStudy, 'identifier' | 'procedureCode'> {
  const uid = statement.child('id')?.attr('root')
  const isAlone = serviceEvents.length === 1 && section.element.all('entry').length === 1
  const event = serviceEvents.find(({ ids }) => ids.some(({ root }) => root === uid)) ?? (isAlone ? serviceEvents[0] : undefined)
  const numbers = event === undefined ? [] : orders.flatMap(({ accession }) => accession ?? [])
  const identifier = listOf('identifier', numbers.length > 1 ? [] : numbers, one => ({ type: ACCESSION, ...toIdentifier(one) }))
  return { ...identifier, ...listOf('procedureCode', [event], one => toCodeableConcept(one?.code)) }
}

/** The UID of a study is told as DICOM tells it. */
const dicomIdentifier = (one: Identifier): Identifier =>
  one.system === SYSTEM.uri && one.value?.startsWith('urn:oid:') ? { system: 'urn:dicom:uid', value: one.value } : one

/** One that is no UID names nothing: it stays in the narrative. */
function uidOf(statement: CdaElement, at: StatementScene): string | undefined {
  const id = statement.child('id')
  const uid = id?.attr('extension') === undefined ? id?.attr('root') : undefined
  const isUid = uid !== undefined && uid.length <= 64 && UID.test(uid)
  if (!isUid) at.find('statement.unmapped', statement.path)
  at.take(statement, isUid ? undefined : 'unmapped')
  return isUid ? uid : undefined
}

function seriesOf(statement: CdaElement, endpoints: Endpoint[], at: StatementScene): ImagingStudySeries[] {
  const code = statement.child('code')
  if (!hasTemplate(statement, SERIES) && code?.attr('code') !== SERIES_CODE) return []
  const uid = uidOf(statement, at)
  if (uid === undefined) return []
  const modality = code
    ?.all('qualifier')
    .find(one => one.child('name')?.attr('code') === MODALITY)
    ?.child('value')
  const objects = at.nested(statement).flatMap(({ statement: one }) => (isObject(one) ? [one] : []))
  const instance = objects.flatMap(one => instanceOf(one, at))
  const endpoint = [...new Set(objects.flatMap(one => endpointOf(one, endpoints)))].map(id => ({ reference: `#${id}` }))
  return [
    {
      uid,
      modality: codingOf(modality) ?? absent(modality),
      ...list('endpoint', endpoint),
      ...only('started', startOf(statement.child('effectiveTime'), at)),
      ...list('instance', instance),
    },
  ]
}

const absent = (element: CdaElement | undefined): Coding => ({ extension: [absence(element?.attr('nullFlavor'))] })

const isObject = (statement: CdaElement): boolean => hasTemplate(statement, DICOM_OBJECT) || statement.attr('classCode') === 'DGIMG'

/** What is said of an object (frames, why it is referred to) FHIR has no place for. */
function instanceOf(statement: CdaElement, at: StatementScene): ImagingStudySeriesInstance[] {
  const uid = uidOf(statement, at)
  if (uid === undefined) return []
  for (const { statement: inner } of at.nested(statement)) leave(inner, at)
  const said = codingOf(statement.child('code')) ?? absent(statement.child('code'))
  return [{ uid, sopClass: UID.test(said.code ?? '') ? { ...said, system: SYSTEM.uri, code: `urn:oid:${said.code}` } : said }]
}

/** By the form of an address. */
const CONNECTION_OF: readonly [RegExp, string][] = [
  [/InvokeImageDisplay/i, 'ihe-iid'],
  [/requestType=WADO/i, 'dicom-wado-uri'],
  [/\/studies\//, 'dicom-wado-rs'],
]

/** Where its images are found: the id of the place, each address once. */
function endpointOf(statement: CdaElement, endpoints: Endpoint[]): string[] {
  const text = statement.child('text')
  const address = text?.child('reference')?.attr('value')?.replace(/\s/g, '')
  if (address === undefined || !/^https?:\/\//i.test(address)) return []
  const known = endpoints.find(one => one.address === address)
  const id = known?.id ?? `images-${endpoints.length + 1}`
  const code = CONNECTION_OF.find(([form]) => form.test(address))?.[1]
  const connectionType = code === undefined ? absent(undefined) : { system: CONNECTIONS, code }
  const payloadMimeType = [text?.attr('mediaType') ?? 'application/dicom']
  if (known === undefined)
    endpoints.push({ resourceType: 'Endpoint', id, status: 'active', connectionType, payloadType: [{ text: 'DICOM' }], payloadMimeType, address })
  return [id]
}

function mapObject(statement: CdaElement, at: StatementScene): Made {
  return at.referenceTo(statement) === undefined ? leave(statement, at) : { ...NOTHING, ignored: 'said-elsewhere' }
}

export const imagingRules: StatementRule[] = [
  { name: 'E3.155 imaging study', version: 1, templates: STUDY, kinds: ['act'], moods: ['EVN'], map: mapStudy },
  { name: 'imaging study of no known template', version: 1, templates: [], kinds: ['act'], moods: ['EVN'], codes: [STUDY_CODE], map: mapStudy },
  { name: 'E3.157 object of a study', version: 1, templates: DICOM_OBJECT, kinds: ['observation'], map: mapObject },
]
