/*
  Writes IHE_XDM.zip so that the same members always give the same bytes: fixed time, mode and level, no extra fields.
*/
import { buffer } from 'node:stream/consumers'
import yazl from 'yazl'
import { HubError } from '../../profiles/errors.ts'

export interface ArchiveMember {
  /** `IHE_XDM/SUBSET01/DOC00001.XML` */
  path: string
  bytes: Uint8Array
}

/**
 * In:     the members in their order, the date of the mail.
 * Out:    the ZIP.
 * Throws: hub.defect when a member has no acceptable path.
 * Spec:   IHE ITI TF-2 3.32.4.1.2 (ZIP over email).
 */
export async function writeArchive(members: readonly ArchiveMember[], date: Date): Promise<Uint8Array> {
  const zip = new yazl.ZipFile()
  const mtime = noonOf(date)
  const bytes = buffer(zip.outputStream)
  try {
    for (const { path, bytes: content } of members)
      zip.addBuffer(Buffer.from(content.buffer, content.byteOffset, content.byteLength), path, {
        mtime,
        mode: 0o100644,
        compress: true,
        forceDosTimestamp: true,
      })
  } catch (cause) {
    throw new HubError('hub.defect', { path: 'archive', cause })
  }
  zip.end()
  return bytes
}

/** DOS times are local: noon of the UTC day gives the same bytes in every time zone, and no change of clocks falls on it. */
function noonOf(date: Date): Date {
  return new Date(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate(), 12)
}
