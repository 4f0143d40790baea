/*
  Reads the MSH of any bytes that have one, whatever else is wrong with them: an acknowledgement needs it.
*/
import { HubError } from '../../../profiles/errors.ts'
import type { Charset } from '../../../profiles/hl7v2/charset.ts'
import { type Er7Message, readEr7 } from '../../../profiles/hl7v2/er7.ts'
import type { Er7Segment } from '../../../profiles/hl7v2/er7-segment.ts'

/** An HD field, its components as sent. */
type Hd = readonly string[]

export interface MessageHeader {
  /** MSH-3.1 */
  sendingApplication: string
  /** MSH-4.1 */
  sendingFacility: string
  /** MSH-5.1 */
  receivingApplication: string
  /** MSH-6.1 */
  receivingFacility: string
  /** MSH-3 to MSH-6 whole, to be sent back. */
  parties: { sender: Hd; senderFacility: Hd; receiver: Hd; receiverFacility: Hd }
  /** MSH-7 as written. */
  sentAt: string
  /** MSH-9.1, MSH-9.2, MSH-9.3 */
  messageType: string
  trigger: string
  structure: string
  /** MSH-10 */
  controlId: string
  processing: string
  /** MSH-12.1 */
  hl7Version: string
  charset: Charset
}

const CR = 0x0d
const LF = 0x0a
const LONGEST_MSH = 65_536

/** Undefined: the bytes begin with no MSH that can be read. */
export function readMessageHeader(bytes: Uint8Array): MessageHeader | undefined {
  const message = readFirstSegment(bytes)
  const msh = message?.segments[0]
  return message === undefined || msh === undefined ? undefined : headerOf(msh, message.charset)
}

export function headerOf(msh: Er7Segment, charset: Charset): MessageHeader {
  const text = (field: number, component = 1) => msh.text(field, 1, component)?.trim() ?? ''
  const parties = { sender: hd(msh, 3), senderFacility: hd(msh, 4), receiver: hd(msh, 5), receiverFacility: hd(msh, 6) }
  return {
    sendingApplication: text(3),
    sendingFacility: text(4),
    receivingApplication: text(5),
    receivingFacility: text(6),
    parties,
    sentAt: text(7),
    messageType: text(9),
    trigger: text(9, 2),
    structure: text(9, 3),
    controlId: text(10),
    processing: text(11),
    hl7Version: text(12),
    charset,
  }
}

function hd(msh: Er7Segment, field: number): Hd {
  return [1, 2, 3].map(component => msh.text(field, 1, component) ?? '')
}

function readFirstSegment(bytes: Uint8Array): Er7Message | undefined {
  const head = bytes.subarray(0, LONGEST_MSH)
  let start = 0
  while (start < head.length && head[start] !== 0x4d) start++
  let end = start
  while (end < head.length && head[end] !== CR && head[end] !== LF) end++
  const first = head.subarray(0, end)
  try {
    return readEr7(first)
  } catch (error) {
    return error instanceof HubError && error.code === 'hl7v2.charset' ? readEr7(first, { charset: '8859/15' }) : undefined
  }
}
