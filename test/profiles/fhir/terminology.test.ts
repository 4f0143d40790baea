import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { CodeSystem } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import type { CodeTable } from '../../../profiles/tables/code-table.ts'
import { FRC_IDENTITY_RELIABILITY } from '../../../profiles/tables/frc-identity-reliability.ts'
import { R259_PARTICIPATION_FUNCTIONS } from '../../../profiles/tables/r259-participation-functions.ts'
import { R260_ROLE_CLASSES } from '../../../profiles/tables/r260-role-classes.ts'
import { R85_CARE_ROLES } from '../../../profiles/tables/r85-care-roles.ts'

// The code systems of the package hold the published tables, labels unchanged: those of profiles/tables, and the published files when they are at hand.

const PUBLISHED = resolve(import.meta.dirname, '../../../../shared/terminology')
const STUBS = resolve(import.meta.dirname, '../../../profiles/fhir/packages/fr.e-parcours.national-stubs')

const codeSystem = (id: string): CodeSystem => JSON.parse(readFileSync(`${STUBS}/CodeSystem-${id}.json`, 'utf8')) as CodeSystem
const concepts = (id: string): (string | undefined)[][] => (codeSystem(id).concept ?? []).map(({ code, display }) => [code, display])

const published = (file: string): (string | undefined)[][] =>
  readFileSync(`${PUBLISHED}/${file}.tsv`, 'utf8')
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('#'))
    .slice(1)
    .map(line => line.split('\t'))

describe('a code system of the package', () => {
  it.each<[string, CodeTable]>([
    ['TRE-R85-RolePriseCharge', R85_CARE_ROLES],
    ['TRE-R259-HL7ParticipationFunction', R259_PARTICIPATION_FUNCTIONS],
    ['TRE-R260-HL7RoleClass', R260_ROLE_CLASSES],
    ['fr-core-cs-v2-0445', FRC_IDENTITY_RELIABILITY],
  ])('%s holds what profiles/tables holds, closed codes marked', (id, table) => {
    expect(concepts(id)).toEqual(table.rows.map(({ code, display }) => [code, display]))
    const closed = (codeSystem(id).concept ?? []).filter(({ property }) => property !== undefined).map(({ code }) => code)
    expect(closed).toEqual(table.rows.filter(({ isClosed }) => isClosed).map(({ code }) => code))
  })

  it.each([
    'TRE-R13-CommuneOM',
    'TRE-R13-Commune',
    'TRE-G15-ProfessionSante',
    'TRE-R94-ProfessionSocial',
    'TRE-R21-Fonction',
    'TRE-R66-CategorieEtablissement',
  ])('%s says that it is a fragment: a code it lacks is no error', id => {
    expect(codeSystem(id).content).toBe('fragment')
  })
})

describe.skipIf(!existsSync(PUBLISHED))('the tables that only the package holds are the published ones', () => {
  it.each([
    ['TRE-R66-CategorieEtablissement', 'TRE_R66_CategorieEtablissement'],
    ['TRE-R256-TypeMessagerie', 'TRE_R256_TypeMessagerie'],
    ['TRE-R257-TypeBAL', 'TRE_R257_TypeBAL'],
    ['TRE-R200-CanalCommunication', 'TRE_R200_CanalCommunication'],
    ['TRE-R254-TypeEvenement', 'JDV_J46_TypeEvenement'],
    ['TRE-R216-HL7RoleCode', 'JDV_J11_RelationPatient'],
    ['TRE-R234-TypeNote', 'JDV_J23_TypeNoteCahierLiaison'],
    ['TRE-A07-StatutVisibiliteDocument', 'JDV_J110_StatutVisibilite'],
    ['TRE-R13-CommuneOM', 'TRE_R13_communes_sandbox'],
    ['fr-core-cs-v2-0203', 'FRC_v2-0203'],
    ['fr-core-cs-identity-status', 'FRC_identity-status'],
    ['fr-core-cs-method-collection', 'FRC_method-collection'],
    ['fr-core-cs-mode-validation-identity', 'FRC_mode-validation-identity'],
  ])('%s', (id, file) => {
    const display = file.startsWith('FRC') ? 2 : -1
    expect(concepts(id)).toEqual(published(file).map(row => [row[0], row.at(display)]))
  })
})
