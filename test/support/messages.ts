/*
  Document messages for tests, written as plain text and not with our own writer: MDM^T02 and ORU^R01 of profile 2.1 around any CDA.
*/
import { LETTER_TYPE, TEST_INS, TEST_IPP, writeCda } from './cda.ts'

export interface MessageChange {
  kind?: 'MDM' | 'ORU'
  controlId?: string
  document?: Uint8Array
  /** OBX-5.5 as it shall stand, instead of the document. */
  base64?: string
  documentId?: string
  type?: string
  flags?: Partial<Record<Flag, string>>
  /** PRT segments; default: the sender and one professional. */
  participations?: string[]
  bodies?: Partial<Record<'CORPSMAIL_PS' | 'CORPSMAIL_PATIENT', string>>
  /** Behind DESTMSSANTEPAT. */
  note?: string
  /** Fields said otherwise, by path: `{ 'PID-32': 'PROV', 'OBX[1]-11': 'C' }`. */
  set?: Record<string, string>
  /** Last change to the list of segments. */
  edit?: (segments: string[]) => string[]
  charset?: 'UNICODE UTF-8' | '8859/15'
  lineEnd?: string
}

const FLAGS = [
  'MASQUE_PS',
  'INVISIBLE_PATIENT',
  'INVISIBLE_REP_LEGAUX',
  'CONNEXION_SECRETE',
  'MODIF_CONF_CODE',
  'DESTDMP',
  'DESTMSSANTEPS',
  'DESTMSSANTEPAT',
  'ACK_RECEPTION',
  'ACK_LECTURE_MSS',
] as const
type Flag = (typeof FLAGS)[number]

export const SB =
  'PRT||UC||SB^Send by^participation|810100000032^FICTIVE^Alice^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS|||CH Exemple^^^^^&1.2.250.1.71.4.2.2&ISO^FINEG^^^1540009990'
export const RCT_PS = professional('dr.modele@exemple.mssante.fr')
export const RCT_PATIENT = `PRT||UC||RCT^Result Copies To^participation|||||||||||^^X.400^${TEST_INS.extension}@patient.mssante.fr`

export function professional(address: string): string {
  return `PRT||UC||RCT^Result Copies To^participation|810100000024^MODELE^Marc^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS||||||||||^^X.400^${address}`
}

export function writeMessage(change: MessageChange = {}): Buffer {
  const charset = change.charset ?? 'UNICODE UTF-8'
  let segments = segmentsOf(change, charset)
  for (const [path, value] of Object.entries(change.set ?? {})) segments = withField(segments, path, value)
  const text = (change.edit?.(segments) ?? segments).map(segment => `${segment}${change.lineEnd ?? '\r'}`).join('')
  return charset === '8859/15' ? encode8859(text) : Buffer.from(text, 'utf8')
}

function segmentsOf(change: MessageChange, charset: string): string[] {
  const {
    kind = 'MDM',
    controlId = 'MSG-1',
    document = writeCda(),
    documentId = '1.2.250.1.999.1.1',
    type = `${LETTER_TYPE.code}^${LETTER_TYPE.display}^LN`,
  } = change
  const isOru = kind === 'ORU'
  const code = type.split('^')[0]
  const data = change.base64 ?? Buffer.from(document).toString('base64')
  const observations = [
    `OBX|#|ED|${type}||^${isOru ? 'TEXT' : 'text'}^XML^Base64^${data}||||||F`,
    ...(change.participations ?? [SB, RCT_PS]),
    ...FLAGS.flatMap(flag => [
      `OBX|#|${isOru ? 'CE' : 'CWE'}|${flag}^libellé^MetaDMPMSS||${change.flags?.[flag] ?? (flag === 'DESTMSSANTEPS' ? 'Y' : 'N')}^^expandedYes-NoIndicator||||||F`,
      ...(flag === 'DESTMSSANTEPAT' && change.note !== undefined ? [`NTE|1|||${change.note}`] : []),
    ]),
    ...Object.entries(change.bodies ?? {}).map(([body, text]) => `OBX|#|ED|${body}^Corps du mail^MetaDMPMSS||^TEXT^^Base64^${text}||||||F`),
  ]
  let count = 0
  return [
    `MSH|^~\\&|DPI-1|CH-1|HUB|PFI|20260602143000||${isOru ? 'ORU^R01^ORU_R01' : 'MDM^T02^MDM_T02'}|${controlId}|T|${isOru ? '2.5' : '2.6'}|||||FRA|${charset}|||2.1^CISIS_CDA_HL7_V2`,
    ...(isOru ? [] : ['EVN||20260602143000']),
    `PID|||${TEST_INS.extension}^^^ASIP-SANTE-INS-NIR&${TEST_INS.root}&ISO^INS~${TEST_IPP.extension}^^^CH-1&${TEST_IPP.root}&ISO^PI||EXEMPLE^CLAIRE^CLAIRE ANNE^^^^L||19790328|F|||1 rue des Écoles^^PARIS^^75007^FRA^H~^^^^^^BDL^^51215|||||||D-1^^^CH-1&1.2.250.1.999.8&ISO^AN||||||||||||||VALI`,
    'PV1|1|I|||||||||||||||||V-1^^^CH-1&1.2.250.1.999.9&ISO^VN|||||||||||||||||||||||||20260526143000|20260602143000',
    'ORC|NW',
    `OBR|1|||${type}`,
    ...(isOru ? [] : [`TXA|1|${code}|TEXT|20260602143000||||||||${documentId}|||||AU`]),
    ...observations.map(segment => (segment.startsWith('OBX|#') ? segment.replace('#', String(++count)) : segment)),
  ]
}

/** The last change that puts several documents where the one stands, numbered anew. */
export function withDocuments(documents: readonly Uint8Array[]): (segments: string[]) => string[] {
  return segments => {
    const carrier = segments.find(segment => /^OBX\|\d+\|ED\|[^|]*\|\|\^te?xt\^/i.test(segment)) ?? ''
    const carriers = documents.map(document => carrier.replace(/(Base64\^)[^|]*/, `$1${Buffer.from(document).toString('base64')}`))
    let count = 0
    return segments
      .flatMap(segment => (segment === carrier ? carriers.slice(0, 1) : [segment]))
      .flatMap(segment => (segment.includes('|MASQUE_PS^') ? [...carriers.slice(1), segment] : [segment]))
      .map(segment => (segment.startsWith('OBX|') ? segment.replace(/^OBX\|\d+/, `OBX|${++count}`) : segment))
  }
}

/** `PID-5`, `OBX[2]-11`: the field of the first, or nth, segment of that name. */
function withField(segments: string[], path: string, value: string): string[] {
  const match = /^([A-Z0-9]{3})(?:\[(\d+)\])?-(\d+)$/.exec(path)
  if (match === null) throw new Error(`no field path: ${path}`)
  const [, name = '', nth = '1', field = '0'] = match
  let seen = 0
  let isDone = false
  const changed = segments.map(segment => {
    if (!segment.startsWith(`${name}|`) || ++seen !== Number(nth)) return segment
    isDone = true
    const fields = segment.split('|')
    const at = name === 'MSH' ? Number(field) - 1 : Number(field)
    while (fields.length <= at) fields.push('')
    fields[at] = value
    return fields.join('|')
  })
  if (!isDone) throw new Error(`no segment at ${path}`)
  return changed
}

const LATIN9: Record<string, number> = { '€': 0xa4, Š: 0xa6, š: 0xa8, Ž: 0xb4, ž: 0xb8, Œ: 0xbc, œ: 0xbd, Ÿ: 0xbe }

/** By the published table, apart from our own writer. */
export function encode8859(text: string): Buffer {
  return Buffer.from([...text].map(char => LATIN9[char] ?? char.charCodeAt(0)))
}
