/*
  Writes the technical acknowledgement, also for bytes that have no readable MSH.
    ACK^<event>^ACK => MSH MSA [{ERR}]
    MSH: 3↔5 and 4↔6 swapped, 11 copied, 12 and 18 as in the message; MSA: AA | AE | AR, MSH-10 of the message
    ERR: 2 place, 3 HL7 0357, 4 E, 5 application code beside 207, 8 the text
*/
import { ERRORS, type ErrorCode } from '../../profiles/errors.ts'
import { type SegmentValue, writeSegments } from '../../profiles/hl7v2/er7-writer.ts'
import { APPLICATION_ERRORS, ERROR_CONDITIONS } from '../../profiles/hl7v2/tables.ts'
import type { Fault } from './fault.ts'
import type { MessageHeader } from './reading/message-header.ts'
import { hl7Time } from './time.ts'

export interface AckOptions {
  code: 'AA' | 'AE' | 'AR'
  /** A bare code is an error of no place in the message. */
  errors: readonly (Fault | { code: ErrorCode })[]
  /** Our own MSH-10. */
  controlId: string
  at: Date
}

const MOST_ERRORS = 50

/** The acknowledgement's bytes, in the character set of the message; `msh` undefined: the bytes were no HL7v2. */
export function writeAck(msh: MessageHeader | undefined, { code, errors, controlId, at }: AckOptions): Uint8Array {
  const charset = msh?.charset ?? 'UNICODE UTF-8'
  const header: SegmentValue = {
    name: 'MSH',
    fields: {
      3: msh?.parties.receiver ?? 'HUB',
      4: msh?.parties.receiverFacility ?? 'HUB',
      5: msh?.parties.sender,
      6: msh?.parties.senderFacility,
      7: hl7Time(at),
      9: ['ACK', msh?.trigger ?? '', 'ACK'],
      10: controlId,
      11: msh === undefined || msh.processing === '' ? 'P' : msh.processing,
      12: versionOf(msh),
      17: 'FRA',
      18: charset,
    },
  }
  const msa: SegmentValue = { name: 'MSA', fields: { 1: code, 2: msh?.controlId } }
  return writeSegments([header, msa, ...errors.slice(0, MOST_ERRORS).map(errorSegment)], { charset })
}

/** AE or AR, as the table says of the worst of these errors. */
export function refusalCode(errors: readonly { code: ErrorCode }[]): 'AE' | 'AR' {
  return errors.every(error => ERRORS[error.code].msa === 'AR') ? 'AR' : 'AE'
}

function errorSegment(error: Fault | { code: ErrorCode }): SegmentValue {
  const row: { err3: string; err5?: string; text: string } = ERRORS[error.code]
  const err5 = row.err3 === '207' ? (row.err5 ?? '906') : undefined
  return {
    name: 'ERR',
    fields: {
      2: 'location' in error ? error.location.split('^') : undefined,
      3: [row.err3, ERROR_CONDITIONS[row.err3] ?? '', 'messageErrorCondition'],
      4: 'E',
      5: err5 === undefined ? undefined : [err5, APPLICATION_ERRORS[err5] ?? '', 'applicationErrorCode'],
      8: row.text,
    },
  }
}

/** The version of the message, even one we do not take; what is no version at all gives that of the profile. */
function versionOf(msh: MessageHeader | undefined): string {
  if (msh !== undefined && /^\d(?:\.\d){1,2}$/.test(msh.hl7Version)) return msh.hl7Version
  return msh?.messageType === 'ORU' ? '2.5' : '2.6'
}
