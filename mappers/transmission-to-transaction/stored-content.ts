/*
  Bytes that are stored as they are: the Binary that holds them, what the index card says of them, and their hashes, each computed once.
*/
import { createHash } from 'node:crypto'
import type { Attachment, Binary } from 'fhir/r4.js'
import { EXTENSION } from '../../profiles/canonicals.ts'
import { only } from '../cda/datatypes.ts'
import type { CdaHeader } from '../cda/header/header.ts'
import { derivedId } from './derived-id.ts'

export interface Stored {
  binary: Binary & { id: string }
  /** What `binary.data` is the base64 of. */
  bytes: Buffer
  /** That base64, where the source already writes it so. */
  base64?: Buffer
  sha256: Buffer
  attachment: Attachment
}

export interface Content {
  bytes: Uint8Array
  /** The same bytes, where the source already writes them so. */
  base64?: Buffer | undefined
  contentType: string
  place: 'cda' | 'copy'
}

export function storedContent({ header, card }: { header: CdaHeader; card: string }, content: Content): Stored {
  const { contentType } = content
  const id = derivedId('Binary', header.uniqueId, content.place)
  const bytes = Buffer.from(content.bytes.buffer, content.bytes.byteOffset, content.bytes.byteLength)
  const sha256 = createHash('sha256').update(bytes).digest()
  return {
    binary: binaryOf(id, content, bytes, `DocumentReference/${card}`),
    bytes,
    ...only('base64', content.base64),
    sha256,
    attachment: {
      extension: [{ url: EXTENSION.sha256, valueBase64Binary: sha256.toString('base64') }],
      contentType,
      ...only('language', header.language),
      url: `Binary/${id}`,
      size: bytes.length,
      hash: createHash('sha1').update(bytes).digest('base64'),
      ...(header.title === '' ? {} : { title: header.title }),
    },
  }
}

/** The base64 is written when it is asked for: who has the bytes at hand can spare a text of their size. */
function binaryOf(id: string, { base64, contentType }: Content, bytes: Buffer, owner: string): Stored['binary'] {
  return {
    resourceType: 'Binary',
    id,
    contentType,
    get data() {
      return base64?.toString('latin1') ?? bytes.toString('base64')
    },
    securityContext: { reference: owner },
  }
}
