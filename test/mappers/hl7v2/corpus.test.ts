import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readCdaHeader } from '../../../mappers/cda/header/header-reader.ts'
import { readCda } from '../../../mappers/cda/xml/tree.ts'
import { judgeTransmission } from '../../../mappers/hl7v2/checks/judge.ts'
import { readTransmission } from '../../../mappers/hl7v2/reading/read-transmission.ts'
import { readEr7 } from '../../../profiles/hl7v2/er7.ts'
import { writeEr7 } from '../../../profiles/hl7v2/er7-writer.ts'
import { writeMessage } from '../../support/messages.ts'

// The published samples, read where they lie. Which of them are taken, and why the others are not.
const corpus = resolve(import.meta.dirname, '../../../../shared/corpus')
const POLICY = { environment: 'test', mssMatrix: 'lenient', maxDocumentBytes: 25_000_000 } as const
const V21 = 'Volets/TRANS_DOC_CDA_HL7V2/V2.1/ORU'
const V20 = 'Volets/TRANS_DOC_CDA_HL7V2/V2.0'
const LPS = 'Vague-2/Trans_LPS_CDA_MSSante/TRANSMISSION_LPS_DOC_CDA_COURRIEL_FROM_MSSANTE_V1.1'
const SEGUR = 'Vague-2/Trans_Doc-CDA-HL7V2/TRANSMISSION_DOCS_CDA_EN_HL7V2_V2.1'
const CONSENT = 'Vague-2/Consentement_DMP_PAMFR'

const VERDICTS: [string, string, string][] = [
  [`${SEGUR}/MDM/Transmission-initiale-MDM/message_MDM_CR_Radio_INIT_N1_Base64.er7`, 'AA', 'a first transmission of profile 2.1'],
  [`${SEGUR}/MDM/Transmission-initiale-MDM/message_MDM_CR_Radio_INIT_N1.er7`, 'document.not_cda OBX^1^5^1^5', 'a sentence stands for the document'],
  [`${SEGUR}/ORU/Remplacement-ORU/message_ORU_CR_Bio_RPLC_N3_SEGUR.hl7`, 'AA', 'replaces'],
  [`${V21}/Remplacement-ORU/message_ORU_CR_Bio_RPLC_N1_Base64_N3_Base64.er7`, 'document.other_patient PID^1^3', 'two documents, one of them of another person'],
  [`${V21}/Remplacement-ORU/message_ORU_CR_Bio_RPLC_N1_N3.er7`, 'document.not_cda OBX^1^5^1^5', 'sentences stand for two documents'],
  [`${V21}/Suppression-ORU/message_ORU_CR_Bio_DEL_N1_Base64_N3_Base64.er7`, 'document.other_patient PID^1^3', 'two documents, one of them of another person'],
  [`${V21}/Suppression-ORU/message_ORU_CR_Bio_DEL_N1_N3.er7`, 'document.not_cda OBX^1^5^1^5', 'sentences stand for two documents'],
  [`${V20}/ORU/Transmission-initiale-ORU/message_ORU_CR_Bio_INIT_N1_N3.hl7`, 'hl7v2.profile MSH^1^21', 'profile 2.0'],
  [`${V20}/MDM/Remplacement-MDM/message_MDM_CR_Radio_RPLC_N1.er7`, 'hl7v2.profile MSH^1^21', 'a replacement of another profile'],
  [`${V20}/MDM/Suppression-MDM/message_MDM_CR_Radio_DEL_N1.er7`, 'hl7v2.profile MSH^1^21', 'a deletion of another profile'],
  ['Volets/TRANS_DOC_CDA_HL7V2/V1.2/ORU/message.hl7', 'hl7v2.profile MSH^1^21', 'profile 1.2'],
  ['Volets/Trans_LPS_CDA_MSSante/V1.0/MDM/message.hl7', 'hl7v2.profile MSH^1^21', 'a message of a hub to a hospital'],
  [`${LPS}/Remplacement-MDM/message_MDM__LPS_MSS_CR_Radio_RPLC_N1.er7`, 'hl7v2.profile MSH^1^21', 'a replacement of another profile'],
  [`${LPS}/Suppression-MDM/message_MDM__LPS_MSS_CR_Radio_DEL_N1.er7`, 'hl7v2.profile MSH^1^21', 'a deletion of another profile'],
  [`${LPS}/Suppression-MDM/ack.er7`, 'hl7v2.message_type MSH^1^9', 'an acknowledgement'],
  [`${V20}/ORU/Transmission-initiale-ORU/Message-metier-reception-MSS`, 'hl7v2.message_type MSH^1^9', 'a business acknowledgement'],
  [`${CONSENT}/NonConsentementConsultation_NonOppositionAlimentation.er7`, 'hl7v2.message_type MSH^1^9', 'an admission'],
  ['SGL/admission.er7', 'hl7v2.message_type MSH^1^9', 'an admission'],
]

function filesOf(folder: string, ending: RegExp): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && ending.test(entry.name))
    .map(entry => join(entry.parentPath, entry.name))
}

describe.skipIf(!existsSync(corpus))('the published samples', () => {
  it.each(VERDICTS)('%s: %s (%s)', (file, verdict) => {
    const [error] = judgeTransmission(readFileSync(join(corpus, 'hl7v2', file)), POLICY).errors
    expect(error === undefined ? 'AA' : `${error.code} ${error.location}`).toBe(verdict)
  })

  it('C1, C3: every sample is written back byte for byte, and reads alike with CR, LF and CRLF', () => {
    const files = filesOf(join(corpus, 'hl7v2'), /\.(er7|hl7)$|^Message-metier/)
    expect(files.length).toBeGreaterThan(30)
    for (const file of files) {
      const bytes = readFileSync(file)
      expect(writeEr7(readEr7(bytes, { lineEnds: 'tolerant' })).equals(bytes)).toBe(true)
      const said = (end: string) =>
        readEr7(Buffer.from(bytes.toString('utf8').replace(/\r\n?|\n/g, end), 'utf8'), { lineEnds: 'tolerant' }).segments.map(segment => [
          segment.name,
          segment.fieldCount,
          segment.text(3),
        ])
      expect(said('\n')).toEqual(said('\r'))
      expect(said('\r\n')).toEqual(said('\r'))
    }
  })

  it('C4: the ORU with a repetition delimiter outside ASCII gives two addresses', () => {
    const message = readEr7(readFileSync(join(corpus, 'hl7v2', V20, 'ORU/Transmission-initiale-ORU/message_ORU_CR_Bio_INIT_N1_N3.hl7')))
    expect(message.first('PID')?.repetitions(11)).toBe(2)
  })

  const documents = filesOf(join(corpus, 'cda'), /\.xml$/).map(file => [file.slice(corpus.length + 1), file] as const)
  it.each(documents)('MDM and ORU built around %s are taken, the document byte for byte', (_name, file) => {
    const document = readFileSync(file)
    const { header } = readCdaHeader(readCda(document))
    const { id, code, patient } = header
    const documentId = id.extension === undefined ? id.root : `${id.extension}^^${id.root}^ISO`
    const identifiers = patient.identifiers
      .filter(one => one.extension !== undefined)
      .map(({ root, extension }) => `${extension}^^^&${root}&ISO^${root.startsWith('1.2.250.1.213.1.4.') ? 'INS' : 'PI'}`)
    for (const kind of ['MDM', 'ORU'] as const) {
      const bytes = writeMessage({ kind, document, documentId, type: `${code.code}^Document^LN`, set: { 'PID-3': identifiers.join('~') } })
      expect(judgeTransmission(bytes, POLICY)).toMatchObject({ errors: [], documentId: header.uniqueId, documentType: code.code })
      expect(Buffer.from(readTransmission(bytes).transmission.document).equals(document)).toBe(true)
    }
  })
})
