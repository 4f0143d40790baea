import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { CarePlan, CareTeam, Patient } from 'fhir/r4.js'
import { afterAll, expect, it } from 'vitest'
import { drawPdf } from '../../../../gateway/workers/draw-pdf.ts'
import { mapEditionToReadable } from '../../../../mappers/care-plan-rendition/edition-to-readable.ts'
import { readCdaHeader } from '../../../../mappers/cda/header/header-reader.ts'
import { readCda } from '../../../../mappers/cda/xml/tree.ts'
import { mapCdaToReadable } from '../../../../mappers/readable/cda-to-readable.ts'
import { letterOf } from '../../../support/letters.ts'

// What the hub draws is PDF/A-1b by veraPDF's own rules, and veraPDF says no where it is not. Skipped where Maven cannot bring veraPDF.

const run = promisify(execFile)
const HERE = import.meta.dirname
const CORPUS = resolve(HERE, '../../../../../shared/corpus/cda')

const PLAN: CarePlan = {
  resourceType: 'CarePlan',
  status: 'active',
  intent: 'plan',
  title: 'Plan de coordination de Zoé — « à domicile », 3 € par jour 🙂 漢字 العربية',
  subject: { reference: 'Patient/p1' },
  period: { start: '2026-06-01' },
  activity: Array.from({ length: 60 }, (_, at) => ({ detail: { status: 'scheduled', description: `Visite à domicile n° ${at}` } })),
}
const CIRCLE: CareTeam = { resourceType: 'CareTeam', participant: [{ member: { display: 'Claire Exemple' } }] }
const PERSON: Patient = {
  resourceType: 'Patient',
  name: [{ use: 'official', family: 'EXEMPLE', given: ['CLAIRE'] }],
  gender: 'female',
  birthDate: '1979-03-28',
}

/** From what Maven holds already, else from where it fetches. */
async function findValidator(): Promise<string | undefined> {
  const file = join(folder, 'class-path')
  for (const way of [['-o'], []])
    try {
      await run('mvn', [...way, '-q', '-f', HERE, 'dependency:build-classpath', `-Dmdep.outputFile=${file}`], { timeout: 120_000 })
      return readFileSync(file, 'utf8').trim()
    } catch {
      // Without a network, or without Maven.
    }
  return undefined
}

const carePlan = (): Promise<Uint8Array> =>
  drawPdf(
    mapEditionToReadable({
      version: { plan: PLAN, goals: new Map() },
      number: 3,
      date: '2026-06-05',
      nameOf: () => undefined,
      patient: PERSON,
      circle: CIRCLE,
      writtenAt: new Date('2026-06-05T08:00:00Z'),
    }),
  )

function companion(document: Uint8Array): Promise<Uint8Array> {
  const cda = readCda(document)
  return drawPdf(mapCdaToReadable(cda, readCdaHeader(cda).header))
}

/** Two of the published documents with pictures and the oddest tables, where they lie. */
function samples(): string[] {
  if (!existsSync(CORPUS)) return []
  return readdirSync(CORPUS, { recursive: true })
    .map(String)
    .filter(name => /CANCER-D2LM-FIN|CSE-MDE|SDM-MR_2022|LDL-SES.*\.xml$|VSM.*\.xml$/.test(name) && name.endsWith('.xml'))
    .sort()
    .slice(0, 2)
    .map(name => join(CORPUS, name))
}

const folder = mkdtempSync(join(tmpdir(), 'hub-pdfa-'))
const classPath = await findValidator()

afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('the PDF of a plan, that of a structured letter and those of the sample documents are PDF/A-1b; a PDF that says so and is not, is not', async ({ skip }) => {
  if (classPath === undefined) return skip('veraPDF cannot be had from Maven here')
  const plan = await carePlan()
  const drawn = [
    plan,
    await companion(Buffer.from(letterOf({ controlId: 'PDFA', at: new Date(0) }).cda, 'utf8')),
    ...(await Promise.all(samples().map(path => companion(readFileSync(path))))),
  ]
  const lie = Buffer.from(Buffer.from(plan).toString('latin1').replace('<pdfaid:part>1<', '<pdfaid:part>7<'), 'latin1')
  const files = Array.from([...drawn, lie].keys(), at => join(folder, `${at}.pdf`))
  for (const [at, bytes] of [...drawn, lie].entries()) writeFileSync(files[at] ?? '', bytes)
  const { stdout } = await run('java', ['-XX:TieredStopAtLevel=1', '-cp', classPath.split(':').join(delimiter), join(HERE, 'Verdicts.java'), ...files])
  const verdicts = stdout.trim().split('\n')
  expect(verdicts.slice(0, -1)).toEqual(drawn.map(() => 'ok'))
  expect(verdicts.at(-1)).not.toBe('ok')
})
