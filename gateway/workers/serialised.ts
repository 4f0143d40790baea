/*
  The resources of a document as JSON. What a Binary holds is written as base64 straight into its JSON, and stands apart when it is large.
*/
import type { Binary, Resource } from 'fhir/r4.js'
import { writeJson } from '../../mappers/cda/decimal.ts'
import { HubError } from '../../profiles/errors.ts'
import type { Stored } from '../../mappers/transmission-to-transaction/stored-content.ts'
import type { Entry } from '../store/bundle.ts'
import type { BinaryPut } from '../store/store.ts'

const LARGE_BYTES = 1 << 20
/** A multiple of three bytes; small, because the memory of a large text costs more than its writing. */
const PIECE = 3 << 13
const TAIL = '"}'
/** Four times the largest document: a long name or piece of narrative that thousands of statements repeat would be a thousand times its own. */
const MOST_BYTES = 100_000_000

/** Throws: document.too_large where what is made of a document is out of all proportion to it. */
export function serialised(resources: (Resource & { id: string })[], stored: Stored[]): { entries: Entry[]; binaries: BinaryPut[] } {
  const contents = new Map(stored.map(one => [one.binary.id, one]))
  const entries: Entry[] = []
  const binaries: BinaryPut[] = []
  let written = 0
  for (const resource of resources) {
    const content = contents.get(resource.id)
    if (content !== undefined && content.bytes.length > LARGE_BYTES) binaries.push(largeBinary(content))
    else if (content === undefined && isLargeBinary(resource)) binaries.push(joinedBinary(resource))
    else {
      const json = content === undefined ? Buffer.from(writeJson(resource)) : binaryJson(content)
      written += json.byteLength
      if (written > MOST_BYTES) throw new HubError('document.too_large', { path: resource.resourceType })
      entries.push({ type: resource.resourceType, id: resource.id, json })
    }
  }
  return { entries, binaries }
}

/** What a document brings along beside its own content. */
function isLargeBinary(resource: Resource): resource is Binary & { id: string } {
  return resource.resourceType === 'Binary' && ((resource as Binary).data?.length ?? 0) > (LARGE_BYTES * 4) / 3
}

function joinedBinary({ id, contentType, data = '', securityContext }: Binary & { id: string }): BinaryPut {
  return {
    id,
    contentType,
    bytes: Buffer.from(data, 'base64'),
    ...(securityContext?.reference === undefined ? {} : { securityContext: securityContext.reference }),
  }
}

function largeBinary({ binary: { id, contentType, securityContext }, bytes }: Stored): BinaryPut {
  return { id, contentType, bytes, ...(securityContext?.reference === undefined ? {} : { securityContext: securityContext.reference }) }
}

/** Base64 needs no escapes. */
function binaryJson({ binary, bytes, base64 }: Stored): Uint8Array {
  const { resourceType, id, contentType, securityContext } = binary
  const head = `${JSON.stringify({ resourceType, id, contentType, securityContext }).slice(0, -1)},"data":"`
  const headBytes = Buffer.byteLength(head)
  const dataBytes = base64?.length ?? Math.ceil(bytes.length / 3) * 4
  const json = Buffer.allocUnsafeSlow(headBytes + dataBytes + TAIL.length)
  json.write(head)
  if (base64 !== undefined) base64.copy(json, headBytes)
  else writeBase64(bytes, json, headBytes)
  json.write(TAIL, headBytes + dataBytes)
  return json
}

function writeBase64(bytes: Buffer, json: Buffer, from: number): void {
  let at = from
  for (let start = 0; start < bytes.length; start += PIECE) at += json.write(bytes.toString('base64', start, start + PIECE), at, 'latin1')
}
