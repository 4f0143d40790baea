import fc from 'fast-check'
import type { FhirResource } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { corpusDocuments, readCorpus } from '../../support/corpus.ts'
import { schemaErrors } from '../../support/fhir-schema.ts'
import { mapCda } from '../../support/mapping.ts'
import { child, everyNode, isNegated, local, type Node, numbered, ownId, parse, write } from '../../support/reading.ts'
import { CIM10, LOINC, made, observation, SNOMED, section, structured } from '../../support/statements.ts'

// What is made of a document says nothing that a plain reading of its XML does not say: documents as they are sent, changed in ways that keep them documents.

/** A table of its own, of what cda.md 6.2 says. */
const URIS: Readonly<Record<string, string>> = {
  [LOINC]: 'http://loinc.org',
  [SNOMED]: 'http://snomed.info/sct',
  [CIM10]: 'http://hl7.org/fhir/sid/icd-10',
  '2.16.840.1.113883.6.73': 'http://www.whocc.no/atc',
  '0.4.0.127.0.16.1.1.2.1': 'http://standardterms.edqm.eu',
}
const CLINICAL = new Set(Object.values(URIS))
const NONE_KNOWN = '2.16.840.1.113883.5.1150.1'

type Resource = FhirResource & { id: string }

interface Change {
  negate: number
  blank: number
  shuffle: number
}

/** Every n-th statement turned round, every n-th code taken away, the sections in another order. */
function changed(document: Node, { negate, blank, shuffle }: Change): Node[] {
  const statements = numbered(document)
  statements.forEach((statement, index) => {
    if (negate > 0 && index % negate === 0 && ['observation', 'procedure', 'substanceAdministration'].includes(local(statement)))
      statement.attributes['negationInd'] = String(!isNegated(statement))
    const value = child(statement, 'value')
    if (blank > 0 && index % blank === 0 && value?.attributes['code'] !== undefined) {
      const type = value.attributes['xsi:type']
      value.attributes = { ...(type === undefined ? {} : { 'xsi:type': type }), nullFlavor: 'UNK' }
      value.children = []
    }
  })
  const body = everyNode(document).find(node => local(node) === 'structuredBody')
  if (body !== undefined) for (let turn = 0; turn < shuffle; turn++) body.children.push(...body.children.splice(0, 3))
  return statements
}

function objectsIn(value: unknown): Record<string, unknown>[] {
  if (Array.isArray(value)) return value.flatMap(objectsIn)
  if (typeof value !== 'object' || value === null) return []
  return [value as Record<string, unknown>, ...Object.values(value).flatMap(objectsIn)]
}

const idOf = (index: number): string => `urn:uuid:${ownId(index).toLowerCase()}`

/** What is wrong in what was made, in words. */
function faultsOf(document: Node, statements: Node[]): string[] {
  const { output } = mapCda(Buffer.from(write(document), 'utf8'))
  const resources = output.owned.map(one => one.resource as Resource)
  const ofStatement = (index: number): Resource[] =>
    resources.filter(one => 'identifier' in one && [one.identifier].flat().some(identifier => identifier?.value === idOf(index)))
  return [
    ...resources.flatMap(resource => schemaErrors(resource).map(fault => JSON.stringify(fault))),
    ...inventedCodes(document, resources),
    ...inventedNumbers(document, resources),
    ...deadReferences(resources, [...resources, ...output.claims.map(one => one.resource as Resource)]),
    ...statements.flatMap((statement, index) => turnedRound(statement, ofStatement(index)).map(fault => `${fault}: ${local(statement)} ${index}`)),
  ]
}

function inventedCodes(document: Node, resources: Resource[]): string[] {
  const said = new Set(
    everyNode(document).map(({ attributes }) => `${URIS[attributes['codeSystem'] ?? ''] ?? ''}|${(attributes['code'] ?? '').trim().replace(/\s+/g, ' ')}`),
  )
  const statements = resources.filter(
    one => !['Composition', 'DocumentReference', 'Encounter', 'ImmunizationRecommendation', 'Provenance'].includes(one.resourceType),
  )
  return statements.flatMap(resource =>
    objectsIn(resource).flatMap(({ system, code, value }) => {
      const isOurs = code === '85353-1' || code === '85354-9'
      return typeof code !== 'string' || value !== undefined || isOurs || !CLINICAL.has(String(system)) || said.has(`${String(system)}|${code}`)
        ? []
        : [`a code nobody wrote: ${resource.resourceType} ${String(system)}|${code}`]
    }),
  )
}

function inventedNumbers(document: Node, resources: Resource[]): string[] {
  const said = new Set(everyNode(document).map(({ attributes }) => Number(attributes['value'])))
  return resources
    .filter(one => one.resourceType === 'Observation')
    .flatMap(observed => objectsIn(observed))
    .flatMap(({ valueQuantity, valueInteger }) => [(valueQuantity as { value?: number } | undefined)?.value, valueInteger])
    .filter(value => typeof value === 'number' && !said.has(value))
    .map(value => `a number nobody wrote: ${String(value)}`)
}

function deadReferences(resources: Resource[], known: Resource[]): string[] {
  const names = new Set(known.map(({ resourceType, id }) => `${resourceType}/${id}`))
  return resources.flatMap(resource =>
    objectsIn(resource)
      .map(({ reference }) => reference)
      .filter(reference => typeof reference === 'string' && !reference.startsWith('#') && !names.has(reference))
      .map(reference => `a reference to nothing: ${resource.resourceType} ${String(reference)}`),
  )
}

const isNoneKnown = (statement: Node): boolean => everyNode(statement).some(({ attributes }) => attributes['codeSystem'] === NONE_KNOWN)

/** Whether a resource says that something is not so; undefined for what cannot say it. */
function saysNot(resource: Resource): boolean | undefined {
  const isFlagged = JSON.stringify(resource).includes('hub-ext-negation')
  if (resource.resourceType === 'Observation') return isFlagged || resource.valueBoolean === false
  if (resource.resourceType === 'Procedure' || resource.resourceType === 'Immunization') return resource.status === 'not-done'
  if (resource.resourceType === 'MedicationStatement') return resource.status === 'not-taken'
  if (resource.resourceType === 'ServiceRequest' || resource.resourceType === 'MedicationRequest') return resource.doNotPerform === true
  return undefined
}

/** Said as it is in the XML: done or meant, so or not so, once. */
function turnedRound(statement: Node, resources: Resource[]): string[] {
  const faults: string[] = []
  if (resources.filter(one => one.resourceType === 'Observation').length > 1) faults.push('two observations of one statement')
  if (
    statement.attributes['moodCode'] !== 'EVN' &&
    resources.some(one => ['Procedure', 'MedicationStatement', 'Immunization'].includes(one.resourceType) && local(statement) !== 'substanceAdministration')
  )
    faults.push('done, though only meant')
  const isNo = isNegated(statement)
  for (const resource of resources) {
    const not = saysNot(resource)
    if (not === undefined || isNoneKnown(statement)) continue
    const isDirectNo = child(statement, 'value')?.attributes['value'] === 'false'
    const isCancelled = child(statement, 'statusCode')?.attributes['code'] === 'cancelled'
    if (isNo && !not) faults.push(`a no was lost in ${resource.resourceType}`)
    if (!isNo && not && !isDirectNo && !isCancelled) faults.push(`a no was added in ${resource.resourceType}`)
  }
  return faults
}

const changes = fc.record({ negate: fc.integer({ min: 0, max: 5 }), blank: fc.integer({ min: 0, max: 4 }), shuffle: fc.integer({ min: 0, max: 5 }) })

describe('a document says what its XML says, and nothing else', () => {
  const values = fc.constantFrom(
    '<value xsi:type="BL" value="true"/>',
    '<value xsi:type="PQ" value="37.5" unit="Cel"/>',
    '<value xsi:type="INT" value="4"/>',
    `<value xsi:type="CD" code="I10" codeSystem="${CIM10}"/>`,
    '<value xsi:type="CD" nullFlavor="UNK"/>',
  )
  const entries = fc.array(
    fc.record({ template: fc.constantFrom('E3.48', 'E3.52', 'E3.25', 'E3.99999'), value: values, attributes: fc.constantFrom('', 'negationInd="true"') }),
    { minLength: 1, maxLength: 6 },
  )

  it('written ones', () => {
    fc.assert(
      fc.property(fc.array(entries, { minLength: 1, maxLength: 3 }), changes, (written, change) => {
        const document = parse(Buffer.from(structured(...written.map(some => section({ code: '42545-4', entries: some.map(observation) })))).toString('utf8'))
        expect(faultsOf(document, changed(document, change))).toEqual([])
      }),
      { numRuns: 60 },
    )
  })

  it('sections without entries, and with nothing but narrative, make nothing of themselves', () => {
    expect(made([section({ code: '10160-0', text: 'Aucun' }), section({ code: '18776-5' })]).mapped.output.statements).toEqual([])
  })

  it.skipIf(corpusDocuments.length === 0).each(corpusDocuments)('%s, its statements turned round, emptied, and its sections in another order', name => {
    const xml = Buffer.from(readCorpus(name)).toString('utf8')
    fc.assert(
      fc.property(changes, change => {
        const document = parse(xml)
        expect(faultsOf(document, changed(document, change))).toEqual([])
      }),
      { numRuns: 3, seed: 6 },
    )
  })
})
