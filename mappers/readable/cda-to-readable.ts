/*
  A structured document (N3) on paper: its header in words, then the narrative of each section under its title.
    title · person · author, signatory, structure · date and version · sections, nested ones a level below
  Spec: référentiel socle MSSanté #2, ECO.2.1.5 (N3: header and narrative).
*/
import type { CdaElement } from '../cda/xml/element.ts'
import { mediaOf } from '../cda/media.ts'
import type { CdaHeader, Participation } from '../cda/header/header.ts'
import { toDate, toDateTime } from '../cda/timestamps.ts'
import type { Cda } from '../cda/xml/tree.ts'
import { narrativeBlocks } from './narrative-blocks.ts'
import { type Block, facts, type Readable } from './readable.ts'

const INS_ROOTS = /^1\.2\.250\.1\.213\.1\.4\.(8|9|10|11)$/

export function mapCdaToReadable(cda: Cda, header: CdaHeader): Readable {
  const media = mediaOf(cda.root)
  const author = header.authors.map(nameOf).find(name => name !== undefined)
  const title = header.title.trim() || header.code.display || 'Document de santé'
  return {
    title,
    ...(author === undefined ? {} : { author }),
    writtenAt: new Date(toDateTime(header.effectiveTime) ?? 0),
    blocks: [{ kind: 'heading', level: 1, text: title }, ...headerBlocks(header), ...sectionBlocks(cda.root.at('component', 'structuredBody'), media, 2)],
  }
}

function headerBlocks(header: CdaHeader): Block[] {
  const { patient } = header
  const ins = patient.identifiers.find(({ root }) => INS_ROOTS.test(root))?.extension
  const used = [patient.usedFamily, patient.usedGiven].filter(part => part !== undefined).join(' ')
  return facts([
    ['Personne', [patient.birthFamily ?? patient.usedFamily, patient.birthGivenList ?? patient.firstBirthGiven ?? patient.usedGiven].filter(Boolean).join(' ')],
    ['Nom et prénom utilisés', used],
    ['Né(e) le', frenchDate(patient.birthTime)],
    ['Sexe', { F: 'féminin', M: 'masculin' }[patient.gender?.code ?? '']],
    ['Matricule INS', ins],
    ['Auteur', header.authors.flatMap(one => nameOf(one) ?? []).join(', ')],
    ['Signataire', header.legalAuthenticator === undefined ? undefined : nameOf(header.legalAuthenticator)],
    ['Structure', header.custodian.name],
    ['Date du document', frenchDate(header.effectiveTime)],
    ['Version', header.versionNumber === undefined ? undefined : String(header.versionNumber)],
  ])
}

function nameOf({ entity: { person, device, organization } }: Participation): string | undefined {
  const name = [person?.prefix, person?.given.join(' '), person?.family].filter(part => part !== undefined && part !== '').join(' ')
  const who = name === '' ? (device?.model ?? device?.software) : name
  return who === undefined ? organization?.name : organization?.name === undefined ? who : `${who} (${organization.name})`
}

function frenchDate(ts: string | undefined): string | undefined {
  const [year, month, day] = toDate(ts)?.split('-') ?? []
  return [day, month, year].filter(part => part !== undefined).join('/')
}

function sectionBlocks(parent: CdaElement | undefined, media: ReadonlyMap<string, CdaElement>, level: 2 | 3): Block[] {
  const sections = (parent?.all('component') ?? []).flatMap(component => component.all('section'))
  return sections.flatMap(section => {
    const title = section.child('title')?.line() ?? section.child('code')?.attributes.get('displayName')
    const text = section.child('text')
    const said = [...(text === undefined ? [] : narrativeBlocks(text, media)), ...sectionBlocks(section, media, 3)]
    return title === undefined || said.length === 0 ? said : [{ kind: 'heading' as const, level, text: title }, ...said]
  })
}
