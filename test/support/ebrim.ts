/*
  The ebRIM 3.0 schemas, taken from the Maven artifact that publishes them, as a validator of METADATA.XML.
*/
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { XmlDocument, XsdValidator } from 'libxml2-wasm'
import { xmlRegisterFsInputProviders } from 'libxml2-wasm/lib/nodejs.mjs'
import yauzl from 'yauzl'

const MAVEN = 'mvn'
const VERSION = '5.0.0'
const FOLDER = join(tmpdir(), `hub-test-ebrim-${VERSION}-${process.getuid?.() ?? 0}`)
const JAR = join(FOLDER, `ipf-commons-ihe-xds-${VERSION}.jar`)
const ROOT_SCHEMA = join(FOLDER, 'wsdl/schema/ebRS30/lcm.xsd')

export interface EbrimValidator {
  /** Throws with libxml2's own words when the metadata is not valid. */
  validate(metadata: Uint8Array | string): void
}

/** Undefined, with a line on stderr, when the artifact cannot be had (no Maven, no network). */
export async function openEbrimSchema(): Promise<EbrimValidator | undefined> {
  if (!existsSync(ROOT_SCHEMA) && !(await fetchSchemas())) {
    process.stderr.write('ebRIM schemas not available (Maven artifact ipf-commons-ihe-xds): METADATA.XML is not validated\n')
    return undefined
  }
  xmlRegisterFsInputProviders()
  const schema = XmlDocument.fromString(
    `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:import namespace="urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0" schemaLocation="${ROOT_SCHEMA}"/></xs:schema>`,
  )
  const validator = XsdValidator.fromDoc(schema)
  return {
    validate(metadata) {
      const document = typeof metadata === 'string' ? XmlDocument.fromString(metadata) : XmlDocument.fromBuffer(metadata)
      try {
        validator.validate(document)
      } finally {
        document.dispose()
      }
    },
  }
}

async function fetchSchemas(): Promise<boolean> {
  mkdirSync(FOLDER, { recursive: true })
  const artifact = `-Dartifact=org.openehealth.ipf.commons:ipf-commons-ihe-xds:${VERSION}`
  spawnSync(MAVEN, ['-q', '-B', 'dependency:copy', artifact, `-DoutputDirectory=${FOLDER}`], { cwd: FOLDER, timeout: 120_000, stdio: 'ignore' })
  if (!existsSync(JAR)) return false
  const jar = await yauzl.openPromise(JAR)
  for await (const entry of jar.eachEntry()) {
    if (!/^wsdl\/schema\/[A-Za-z0-9/]+\.xsd$/.test(entry.fileName)) continue
    const path = join(FOLDER, entry.fileName)
    mkdirSync(dirname(path), { recursive: true })
    const chunks: Buffer[] = []
    for await (const chunk of await jar.openReadStreamPromise(entry)) chunks.push(chunk as Buffer)
    writeFileSync(path, Buffer.concat(chunks))
  }
  return existsSync(ROOT_SCHEMA)
}
