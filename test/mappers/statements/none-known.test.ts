import { describe, expect, it } from 'vitest'
import { made, section, template } from '../../support/statements.ts'

const none = (word: string): string => `<code code="no-known-${word}" codeSystem="2.16.840.1.113883.5.1150.1"/>`
const NO_PRODUCT = '<consumable><manufacturedProduct><manufacturedMaterial><code nullFlavor="NA"/></manufacturedMaterial></manufacturedProduct></consumable>'
const device = `<participant typeCode="DEV"><participantRole classCode="MANU"><playingDevice>${none('devices')}</playingDevice></participantRole></participant>`

describe('that none is known is a fact, whatever the mood it is written in: nothing is asked for, planned or recommended', () => {
  const statements: [section: string, written: (attributes: string) => string][] = [
    ['10160-0', how => `<substanceAdministration classCode="SBADM" ${how}>${template('E3.42')}${none('medications')}${NO_PRODUCT}</substanceAdministration>`],
    ['47519-4', how => `<procedure classCode="PROC" ${how}>${template('E3.62')}${none('procedures')}</procedure>`],
    ['46264-8', how => `<supply classCode="SPLY" ${how}>${template('E3.20')}${device}</supply>`],
    ['11369-6', how => `<substanceAdministration classCode="SBADM" ${how}>${template('E3.47')}${none('immunizations')}${NO_PRODUCT}</substanceAdministration>`],
  ]

  it.each(['moodCode="EVN"', 'moodCode="INT"', 'moodCode="INT" negationInd="true"', 'moodCode="RQO"'])('%s', how => {
    const found = made(statements.map(([code, written]) => section({ code, entries: [written(how)] })))
    const types = found.mapped.output.owned.map(one => one.resource.resourceType)
    expect(types.filter(type => /Request|Recommendation/.test(type))).toEqual([])
    const [taken, done, worn, given] = [found.one('MedicationStatement'), found.one('Procedure'), found.one('DeviceUseStatement'), found.one('Immunization')]
    expect([taken.status, done.status, worn.modifierExtension, given.status]).toEqual(['unknown', 'unknown', undefined, 'not-done'])
  })
})
