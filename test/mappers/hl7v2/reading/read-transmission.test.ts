import { describe, expect, it } from 'vitest'
import { pathOf } from '../../../../mappers/lineage.ts'
import { readTransmission } from '../../../../mappers/hl7v2/reading/read-transmission.ts'
import { TEST_INS, TEST_IPP, writeCda } from '../../../support/cda.ts'
import { professional, RCT_PATIENT, RCT_PS, SB, writeMessage, type MessageChange } from '../../../support/messages.ts'

const read = (change: MessageChange = {}) => readTransmission(writeMessage(change)).transmission
const ORG = 'PRT||UC||RCT^^participation||||Urologie^^^^^120456789^UF^^^3435|||||||^^X.400^Uro@HopitalA.mssante.fr'
const APP = 'PRT||UC||RCT^^participation||||||DPI-2|||||^^X.400^dpi@b.mssante.fr'
const REPLY = 'PRT||UC||REPLY^^participation|||||||||||^^X.400^secretariat@b.mssante.fr'

describe('a transmission', () => {
  it('holds what the message says, of both kinds alike', () => {
    const [mdm, oru] = [read(), read({ kind: 'ORU' })]
    const { kind, hl7Version, documentId, ...same } = mdm
    expect(oru).toEqual({ ...same, kind: 'ORU', hl7Version: '2.5' })
    expect(mdm).toMatchObject({
      kind: 'MDM',
      controlId: 'MSG-1',
      action: 'create',
      documentType: { code: '11490-0', display: 'Lettre de liaison', system: 'LN' },
      patient: {
        identifiers: [
          { value: TEST_INS.extension, authority: TEST_INS.root, authorityName: 'ASIP-SANTE-INS-NIR', type: 'INS' },
          { value: TEST_IPP.extension, authority: TEST_IPP.root, authorityName: 'CH-1', type: 'PI' },
        ],
        identityStatus: ['VALI'],
        accountNumber: 'D-1',
        names: [{ family: 'EXEMPLE', given: 'CLAIRE', givenList: 'CLAIRE ANNE', type: 'L' }],
        birthDate: '19790328',
        sex: 'F',
        birthPlaceCode: '51215',
      },
      visit: { class: 'I', number: { system: 'urn:oid:1.2.250.1.999.9', value: 'V-1' }, admittedAt: '20260526143000', dischargedAt: '20260602143000' },
      documentId: { root: '1.2.250.1.999.1.1' },
      sender: {
        professional: { id: '810100000032', idType: 'IDNPS', family: 'FICTIVE' },
        structure: { id: '1540009990', idType: 'FINEG', name: 'CH Exemple' },
      },
    })
  })

  it('gives the document byte for byte', () => {
    const document = writeCda({ body: 'A'.repeat(300_001) })
    expect(Buffer.from(read({ document }).document).equals(document)).toBe(true)
  })

  it('C2: is the same in UTF-8 and in 8859/15', () => {
    const set = { 'PID-5': 'CŒUR-ÉTÉ^ÉLISE €^ÉLISE ŽOÉ^^^^L' }
    const { charset, ...utf8 } = read({ set })
    const { charset: other, ...latin } = read({ set, charset: '8859/15' })
    expect([charset, other]).toEqual(['UNICODE UTF-8', '8859/15'])
    expect(latin).toEqual(utf8)
    expect(utf8.patient.names[0]?.family).toBe('CŒUR-ÉTÉ')
  })

  it('C3: is the same whatever ends a line', () => {
    expect(read({ lineEnd: '\n' })).toEqual(read())
    expect(read({ lineEnd: '\r\n' })).toEqual(read())
  })
})

describe('a professional of PRT-5', () => {
  it.each([
    ['DR12^MODELE', undefined],
    ['DR12^MODELE^^^^^^^SERVICE', undefined],
    ['12345678901^MODELE^^^^^^^^^^^EI', undefined],
    ['DR12^MODELE^^^^^^^ASIP-SANTE-PS^^^^EI', undefined],
    ['A-12^MODELE^^^^^^^ASIP-SANTE-PS', '1.2.250.1.71.4.2.1'],
    ['10005173140^MODELE', '1.2.250.1.71.4.2.1'],
    ['0123456789^MODELE^^^^^^^^^^^ADELI', '1.2.250.1.71.4.2.1'],
    ['DR12^MODELE^^^^^^^&1.2.250.1.999.4&ISO', '1.2.250.1.999.4'],
  ])('%s: his number is national by its type, its form or the name of the directory only', (person, authority) => {
    expect(read({ participations: [`PRT||UC||SB^Send by^participation|${person}`] }).sender?.professional?.authority).toBe(authority)
  })
})

describe('C14: recipients', () => {
  it('are those of PRT RCT and no others, each address once, in lower case, with their kind', () => {
    const document = writeCda({
      edit: text =>
        text.replace(
          '<legalAuthenticator',
          '<informationRecipient><intendedRecipient><telecom value="mailto:other@b.mssante.fr"/></intendedRecipient></informationRecipient><legalAuthenticator',
        ),
    })
    const { recipients, replyTo } = read({ document, participations: [SB, RCT_PS, ORG, APP, RCT_PATIENT, RCT_PS, REPLY] })
    expect(recipients.map(({ address, kind, path }) => [address, kind, path])).toEqual([
      ['dr.modele@exemple.mssante.fr', 'ps', 'PRT[2]'],
      ['uro@hopitala.mssante.fr', 'org', 'PRT[3]'],
      ['dpi@b.mssante.fr', 'app', 'PRT[4]'],
      [`${TEST_INS.extension}@patient.mssante.fr`, 'patient', 'PRT[5]'],
    ])
    expect(replyTo).toBe('secretariat@b.mssante.fr')
  })

  it('an address in PRT-16 is found, a patient by the type INS or an INS authority', () => {
    const shifted = professional('x@b.mssante.fr').replace('||^^X.400', '|||^^X.400')
    const byType = 'PRT||UC||RCT|279035121518989^EXEMPLE^CLAIRE^^^^^^^L^^^INS||||||||||^^X.400^claire@b.mssante.fr'
    const byAuthority = `PRT||UC||RCT|279035121518989^EXEMPLE^CLAIRE^^^^^^&${TEST_INS.root}&ISO||||||||||^^X.400^anne@b.mssante.fr`
    const recipients = read({ participations: [SB, shifted, byType, byAuthority] }).recipients
    expect(recipients.map(({ address, kind }) => [address, kind])).toEqual([
      ['x@b.mssante.fr', 'ps'],
      ['claire@b.mssante.fr', 'patient'],
      ['anne@b.mssante.fr', 'patient'],
    ])
  })

  it('a reply address outside MSSanté is dropped with a finding', () => {
    const { transmission, findings } = readTransmission(writeMessage({ participations: [SB, RCT_PS, REPLY.replace('mssante.fr', 'example.org')] }))
    expect(transmission.replyTo).toBeUndefined()
    expect(findings).toEqual([{ code: 'reply-to.invalid', severity: 'warning', path: 'PRT[3]-15' }])
  })
})

describe('metadata', () => {
  it('each flag is read on its own', () => {
    expect(read({ flags: { MASQUE_PS: 'Y', ACK_LECTURE_MSS: 'Y', DESTMSSANTEPS: 'N' } }).flags).toEqual({
      masquePs: true,
      invisiblePatient: false,
      invisibleRepLegaux: false,
      connexionSecrete: false,
      modifConfCode: false,
      destDmp: false,
      destMssPs: false,
      destMssPatient: false,
      ackReception: false,
      ackLecture: true,
      patientFin: false,
    })
  })

  it('older names of the codes are known', () => {
    const edit = (segments: string[]) =>
      segments.map(segment => segment.replace('|ACK_LECTURE_MSS^', '|ACK_LECTURE^').replace('|INVISIBLE_REP_LEGAUX^', '|INVISIBLE_REPRESENTANTS_LEGAUX^'))
    const { flags } = read({ flags: { INVISIBLE_REP_LEGAUX: 'Y', ACK_LECTURE_MSS: 'Y' }, edit })
    expect([flags.invisibleRepLegaux, flags.ackLecture]).toEqual([true, true])
  })

  it('C16: NTE-4 FIN counts behind DESTMSSANTEPAT only', () => {
    expect(read({ note: 'FIN' }).flags.patientFin).toBe(true)
    expect(read({ note: 'SUITE' }).flags.patientFin).toBe(false)
    expect(read({ edit: segments => [...segments, 'NTE|1|||FIN'] }).flags.patientFin).toBe(false)
  })

  it('mail bodies are decoded, in UTF-8 or 8859/15', () => {
    const base64 = (text: string, encoding: 'utf8' | 'latin1' = 'utf8') => Buffer.from(text, encoding).toString('base64')
    expect(read({ bodies: { CORPSMAIL_PS: base64('Cher confrère'), CORPSMAIL_PATIENT: base64('Très bien', 'latin1') } }).bodies).toEqual({
      ps: 'Cher confrère',
      patient: 'Très bien',
    })
  })
})

describe('lineage', () => {
  it('a part reports where it was read when it is taken', () => {
    const paths: string[] = []
    const { transmission, leafPaths } = readTransmission(writeMessage(), { onRead: source => paths.push(pathOf(source)) })
    const taken = (take: () => unknown) => {
      paths.length = 0
      take()
      return [...paths]
    }
    expect(taken(() => transmission.patient)).toEqual([])
    expect(taken(() => transmission.patient.birthDate)).toEqual(['PID-7'])
    expect(taken(() => transmission.patient.identifiers)).toEqual([
      'PID-3[1].1',
      'PID-3[1].4.2',
      'PID-3[1].4.1',
      'PID-3[1].5',
      'PID-3[2].1',
      'PID-3[2].4.2',
      'PID-3[2].4.1',
      'PID-3[2].5',
    ])
    expect(taken(() => transmission.document)).toEqual(['OBX[1]-5.5'])
    expect(taken(() => transmission.recipients[0]?.address)).toEqual(expect.arrayContaining(['PRT[2]-15.4']))
    expect(leafPaths).toEqual(expect.arrayContaining(['PID-7', 'OBX[1]-5.5', 'PRT[2]-15.4', 'PID-3[2].5']))
  })
})
