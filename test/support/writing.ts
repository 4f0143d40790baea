/*
  Writes through the FHIR door of a running sandbox, as one of its clients: with Provenance, in the name of its structure.
*/
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type SandboxFile, token } from './sandbox.ts'
import { Vendor } from './vendor.ts'

export interface Reply<Body = Record<string, unknown>> {
  status: number
  headers: Headers
  text: string
  json: Body
}

export interface Writer {
  /** `Organization/<id>` of its structure. */
  structure: string
  call<Body = Record<string, unknown>>(method: string, path: string, options?: { body?: unknown; headers?: Record<string, string> }): Promise<Reply<Body>>
  /** A Provenance without target, the same each time. */
  provenance(): Record<string, unknown>
  /** It as the header carries it. */
  signed(): { 'X-Provenance': string }
}

export async function writerOf(sandbox: SandboxFile, name: string): Promise<Writer> {
  const vendor = await Vendor.of(sandbox, name)
  const bearer = await token(sandbox, name)
  const provenance = (): Record<string, unknown> => ({ ...vendor.provenance(), recorded: '2026-06-05T08:00:00+02:00' })
  return {
    structure: vendor.structure,
    provenance,
    signed: () => ({ 'X-Provenance': JSON.stringify(provenance()) }),
    async call<Body>(method: string, path: string, { body, headers = {} }: { body?: unknown; headers?: Record<string, string> } = {}): Promise<Reply<Body>> {
      const reply = await fetch(`${sandbox.fhir}${path}`, {
        method,
        headers: { authorization: `Bearer ${bearer}`, ...(body === undefined ? {} : { 'content-type': 'application/fhir+json' }), ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      const text = await reply.text()
      return { status: reply.status, headers: reply.headers, text, json: (text === '' ? {} : JSON.parse(text)) as Body }
    },
  }
}

/** A published example of the package, without its id. */
export function example(name: string): Record<string, unknown> {
  const { id: _id, ...resource } = JSON.parse(readFileSync(join(import.meta.dirname, `../../profiles/fhir/examples/${name}.json`), 'utf8'))
  return resource
}

/** A person apart, known by a local number only. */
export const personOf = (number: string): Record<string, unknown> => ({
  resourceType: 'Patient',
  identifier: [
    {
      use: 'usual',
      type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'PI' }] },
      system: 'urn:oid:1.2.250.1.999.2',
      value: number,
    },
  ],
  name: [{ family: 'EXEMPLE', given: ['Camille'] }],
})

export const searchBeforeCreate = (number: string): { 'If-None-Exist': string } => ({ 'If-None-Exist': `identifier=urn:oid:1.2.250.1.999.2|${number}` })

/** A measured weight of a person, as text: its decimals count. */
export function weightText({ patient, identifier, kilograms }: { patient: string; identifier: string; kilograms: string }): string {
  const { valueCodeableConcept: _value, ...rest } = example('hub-observation')
  const own = {
    ...rest,
    identifier: [{ system: 'urn:oid:1.2.250.1.999.8', value: identifier }],
    code: { coding: [{ system: 'http://loinc.org', code: '29463-7' }] },
    subject: { reference: patient },
    valueQuantity: { value: 'KG', unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' },
  }
  return JSON.stringify(own).replace('"KG"', kilograms)
}
