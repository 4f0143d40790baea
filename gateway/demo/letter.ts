/*
  The demo letter on its way: one HL7v2 message as the hospital of the sandbox sends it.
    MDM^T02 (2.6) => MSH EVN PID PV1 ORC OBR TXA OBX(document) PRT… OBX(metadata)… [OBX(mail body)]
    ORU^R01 (2.5) => MSH PID PV1 ORC OBR OBX(document) PRT… OBX(metadata)… [OBX(mail body)]
*/
import { admittedAt, parisTime, writeStructuredLetter } from './letter-document.ts'
import { LETTER } from './letter-header.ts'

export interface DemoMessage {
  /** MSH-10 */
  controlId: string
  /** Root of ClinicalDocument/id and TXA-12: an OID or a UUID. */
  documentId: string
  at: Date
}

export interface LetterMessage extends DemoMessage {
  kind: 'MDM' | 'ORU'
  document: string
  recipients: readonly string[]
  flags: Partial<Record<Flag, 'Y'>>
  /** NTE-4 = FIN behind DESTMSSANTEPAT. */
  patientMustNotAnswer?: boolean
  mailBody?: string
}

const FLAGS = [
  ['MASQUE_PS', 'Masqué aux professionnels de Santé'],
  ['INVISIBLE_PATIENT', 'Document Non Visible par le patient'],
  ['INVISIBLE_REP_LEGAUX', 'Non visible par les représentants Légaux du patient'],
  ['CONNEXION_SECRETE', 'Connexion Secrete'],
  ['MODIF_CONF_CODE', 'Modification Confidentiality Code'],
  ['DESTDMP', 'Destinataire DMP'],
  ['DESTMSSANTEPS', 'Destinataire (Professionnel de Santé, organisation ou BAL applicative)'],
  ['DESTMSSANTEPAT', 'Destinataire Patient'],
  ['ACK_RECEPTION', 'Accusé de réception'],
  ['ACK_LECTURE_MSS', 'Accusé de lecture'],
] as const
type Flag = (typeof FLAGS)[number][0]

const TYPE = `${LETTER.type.code}^${LETTER.type.display}^LN`
const PROFILE = '2.1^CISIS_CDA_HL7_V2'
const PROFESSIONAL = 'ASIP-SANTE-PS&1.2.250.1.71.4.2.1&ISO'
const STRUCTURE = 'ASIP-SANTE-ST&1.2.250.1.71.4.2.2&ISO'

/** A general practitioner by her own mailbox. */
export const PHYSICIAN = recipient('dr.modele@exemple.medecin.mssante.fr', [
  5,
  `${LETTER.physician.id}^${LETTER.physician.family}^${LETTER.physician.given}^^^^^^${PROFESSIONAL}^D^^^IDNPS`,
])
/** A support team (DAC) by its organisation's mailbox. */
export const SUPPORT_TEAM = recipient('dac54@structure.mssante.fr', [8, `DAC Exemple^^^^^${STRUCTURE}^FINEG^^^1540002102`])
/** The person, by the citizen mailbox of the INS. */
export const PERSON = recipient(`${LETTER.ins.value}@patient.mssante.fr`, [
  5,
  `${LETTER.ins.value}^${LETTER.patient.family}^${LETTER.patient.given}^^^^^^&${LETTER.ins.root}&ISO^L^^^INS`,
])

/**
 * The message of `npm run demo`: a structured discharge letter for a general practitioner and a support team.
 * Out: ER7 in UTF-8, segments ended by CR, the document on one base64 line.
 */
export function buildDemoMessage(demo: DemoMessage): Uint8Array {
  return writeLetterMessage({
    ...demo,
    kind: 'MDM',
    document: writeStructuredLetter(demo),
    recipients: [PHYSICIAN, SUPPORT_TEAM],
    flags: { DESTMSSANTEPS: 'Y', ACK_RECEPTION: 'Y' },
    mailBody: "Bonjour,\n\nVeuillez trouver ci-joint la lettre de liaison rédigée à la sortie d'hospitalisation.\n\nCentre hospitalier Exemple",
  })
}

/** Any message around the letter: its kind, recipients and flags as asked. */
export function writeLetterMessage(message: LetterMessage): Uint8Array {
  const segments = [
    ...envelope(message),
    segment('OBX', [1, '1'], [2, 'ED'], [3, TYPE], [5, `^${message.kind === 'MDM' ? 'text' : 'TEXT'}^XML^Base64^${base64(message.document)}`], [11, 'F']),
    prtSender(),
    ...message.recipients,
    ...metadata(message),
  ]
  return Buffer.from(segments.map(text => `${text}\r`).join(''), 'utf8')
}

function envelope(message: LetterMessage): string[] {
  const isMdm = message.kind === 'MDM'
  const recorded = parisTime(message.at).slice(0, 14)
  const type = isMdm ? 'MDM^T02^MDM_T02' : 'ORU^R01^ORU_R01'
  const head = `MSH|^~\\&|DPI-1|CH-1|HUB|HUB|${recorded}||${type}|${message.controlId}|T|${isMdm ? '2.6' : '2.5'}|||||FRA|UNICODE UTF-8|||${PROFILE}`
  const order = [segment('ORC', [1, 'NW']), segment('OBR', [1, '1'], [4, TYPE])]
  const txa = segment('TXA', [1, '1'], [2, LETTER.type.code], [3, 'TEXT'], [4, recorded], [12, message.documentId], [17, 'AU'])
  return isMdm ? [head, segment('EVN', [2, recorded]), pid(), pv1(message), ...order, txa] : [head, pid(), pv1(message), ...order]
}

function pid(): string {
  const { ins, ipp, patient } = LETTER
  return segment(
    'PID',
    [3, `${ins.value}^^^ASIP-SANTE-INS-NIR&${ins.root}&ISO^INS~${ipp.value}^^^CH-1&${ipp.root}&ISO^PI`],
    [5, `${patient.family}^${patient.given}^${patient.givens}^^^^L`],
    [7, patient.birthDate],
    [8, patient.sex],
    [11, `7 Rue des Mirabelles^^NANCY^^54000^FRA^H~^^^^^^BDL^^${patient.birthPlace}`],
    [18, 'D-42^^^CH-1&1.2.250.1.999.8&ISO^AN'],
    [31, 'N'],
    [32, 'VALI'],
  )
}

function pv1(message: LetterMessage): string {
  const { stay } = LETTER
  const options = { documentId: message.documentId, at: message.at }
  return segment(
    'PV1',
    [1, '1'],
    [2, 'I'],
    [3, 'CHIR-ORTHO'],
    [19, `${stay.value}^^^CH-1&${stay.root}&ISO^VN`],
    [44, admittedAt(options).slice(0, 14)],
    [45, parisTime(message.at).slice(0, 14)],
  )
}

function metadata(message: LetterMessage): string[] {
  const coded = message.kind === 'MDM' ? 'CWE' : 'CE'
  const lines: string[] = []
  for (const [index, [code, label]] of FLAGS.entries()) {
    const value = `${message.flags[code] ?? 'N'}^^expandedYes-NoIndicator`
    lines.push(segment('OBX', [1, String(index + 2)], [2, coded], [3, `${code}^${label}^MetaDMPMSS`], [5, value], [11, 'F']))
    if (code === 'DESTMSSANTEPAT' && message.patientMustNotAnswer === true) lines.push(segment('NTE', [1, '1'], [4, 'FIN']))
  }
  if (message.mailBody === undefined) return lines
  const body = `^TEXT^^Base64^${base64(message.mailBody)}`
  return [...lines, segment('OBX', [1, '12'], [2, 'ED'], [3, 'CORPSMAIL_PS^Corps du mail pour un PS^MetaDMPMSS'], [5, body], [11, 'F'])]
}

function prtSender(): string {
  const { author, hospital } = LETTER
  return segment(
    'PRT',
    [2, 'UC'],
    [4, 'SB^Send by^participation'],
    [5, `${author.id}^${author.family}^${author.given}^^^^^^${PROFESSIONAL}^D^^^IDNPS`],
    [8, `${hospital.name}^^^^^${STRUCTURE}^FINEG^^^${hospital.id}`],
  )
}

function recipient(address: string, who: readonly [number, string]): string {
  return segment('PRT', [2, 'UC'], [4, 'RCT^Result Copies To^participation'], who, [15, `^^X.400^${address}`])
}

/** A segment from its numbered fields. The letter holds none of the five delimiters, so nothing is escaped. */
function segment(name: string, ...fields: readonly (readonly [number, string])[]): string {
  const cells: string[] = [name]
  for (const [position, value] of fields) cells[position] = value
  return Array.from(cells, cell => cell ?? '').join('|')
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64')
}
