import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { formatOf } from '../../profiles/tables/a11-a12-formats.ts'
import type { CodeTable } from '../../profiles/tables/code-table.ts'
import { J02_FACILITY_TYPES } from '../../profiles/tables/j02-facility-types.ts'
import { J06_DOCUMENT_CLASSES } from '../../profiles/tables/j06-document-classes.ts'
import { J07_DOCUMENT_TYPES } from '../../profiles/tables/j07-document-types.ts'
import { J46_EVENTS } from '../../profiles/tables/j46-events.ts'
import { J66_DMP_TYPES } from '../../profiles/tables/j66-dmp-types.ts'
import { R260_ROLE_CLASSES } from '../../profiles/tables/r260-role-classes.ts'
import { R85_CARE_ROLES } from '../../profiles/tables/r85-care-roles.ts'
import { classOfType } from '../../profiles/tables/x04-type-classes.ts'

const PUBLISHED = resolve(import.meta.dirname, '../../../shared/terminology')

function published(file: string): string[][] {
  const [, ...rows] = readFileSync(resolve(PUBLISHED, `${file}.tsv`), 'utf8')
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('#'))
    .map(line => line.split('\t'))
  return rows
}

describe.skipIf(!existsSync(PUBLISHED))('our tables are the published ones', () => {
  it.each<[string, CodeTable]>([
    ['JDV_J07_XdsTypeCode', J07_DOCUMENT_TYPES],
    ['JDV_J66_TypeCodeDMP', J66_DMP_TYPES],
    ['JDV_J06_XdsClassCode', J06_DOCUMENT_CLASSES],
    ['JDV_J02_XdsHealthcareFacilityTypeCode', J02_FACILITY_TYPES],
    ['JDV_J46_TypeEvenement', J46_EVENTS],
    ['TRE_R85_RolePriseCharge', R85_CARE_ROLES],
    ['TRE_R260_HL7RoleClass', R260_ROLE_CLASSES],
  ])('%s', (file, table) => {
    const codes = published(file)
    expect(table.rows.map(row => [row.code, row.system, row.display])).toEqual(codes.map(row => [row[0], row[1], row.at(-1)]))
  })

  it('ASS_X04 gives each type its class', () => {
    const wrong = published('ASS_X04_TypeClasse').filter(([type, , code]) => classOfType(type) !== code)
    expect(wrong).toEqual([])
  })
})

describe('tables', () => {
  it('a code of another system is not found', () => {
    expect(J07_DOCUMENT_TYPES.has('11490-0', '2.16.840.1.113883.6.1')).toBe(true)
    expect(J07_DOCUMENT_TYPES.has('11490-0', '1.2.250.1.213.1.1.4.12')).toBe(false)
  })

  it('a closed code is known as closed', () => {
    expect(R260_ROLE_CLASSES.get('QUAL')?.isClosed).toBe(true)
    expect(R260_ROLE_CLASSES.get('NOK')?.isClosed).toBe(false)
  })

  it('a structured document has the format of its template, an unstructured one that of its media type', () => {
    expect(formatOf(['2.16.840.1.113883.2.8.2.1', '1.2.250.1.213.1.1.1.29'], undefined)?.code).toMatch(/^urn:/)
    expect(formatOf(['1.3.6.1.4.1.19376.1.2.20'], 'application/pdf')).toMatchObject({ code: 'urn:ihe:iti:xds-sd:pdf:2008', terminology: 'A11-IheFormatCode' })
    expect(formatOf(['1.3.6.1.4.1.19376.1.2.20'], 'text/html')).toBeUndefined()
    expect(formatOf(['1.2.3'], undefined)).toBeUndefined()
  })
})
