/*
  What one statement's rule is told and may ask: the scene of its document, and the walk for what lies around it.
*/
import type { FhirResource, Reference, Resource } from 'fhir/r4.js'
import { EXTENSION } from '../../profiles/canonicals.ts'
import type { CdaElement } from '../cda/element.ts'
import type { CdaHeader } from '../cda/header.ts'
import { readParticipations } from '../cda/header-people.ts'
import type { ReadTracker } from '../cda/tracker.ts'
import type { Sources } from '../lineage.ts'
import type { MapContext } from '../mapper.ts'
import type { Cast } from '../transmission-to-transaction/cast.ts'
import { derivedId } from '../transmission-to-transaction/derived-id.ts'
import type { Base, Ignored, Made, Nested, Section, StatementScene } from './contract.ts'
import type { NarrativeTexts } from './narrative-texts.ts'
import { isNull } from './negation.ts'
import { nestedIn } from './nested.ts'

/** What all statements of a document share. */
export interface DocumentScene {
  ctx: MapContext
  header: CdaHeader
  cast: Cast
  tracker: ReadTracker
  patient: Reference
  encounter: Reference
  authors: readonly Reference[]
  /** `DocumentReference/<id>` */
  document: Reference
  /** Unique text form of the document's id. */
  documentId: string
  /** What every resource of the document says of its origin. */
  origin: NonNullable<Resource['meta']>
  compositionId: string
  careTeam: Reference | undefined
}

/** What a scene asks of the walk. */
interface Walk {
  texts: NarrativeTexts
  map(statement: CdaElement, section: Section, holder: StatementScene['holder']): Made
  take(statement: CdaElement, ignored: Ignored | undefined): void
  meantBy(act: CdaElement): Reference | undefined
}

type Given = DocumentScene & Pick<StatementScene, 'section' | 'holder'>

export class SceneOfStatement implements StatementScene {
  readonly parts = new Map<string, Sources>()
  readonly ctx: MapContext
  readonly header: CdaHeader
  readonly cast: Cast
  readonly patient: Reference
  readonly encounter: Reference
  readonly authors: readonly Reference[]
  readonly document: Reference
  readonly careTeam: Reference | undefined
  readonly section: Section
  readonly holder: StatementScene['holder']
  readonly #walk: Walk
  readonly #given: Given

  constructor(walk: Walk, given: Given) {
    this.#walk = walk
    this.#given = given
    this.ctx = given.ctx
    this.header = given.header
    this.cast = given.cast
    this.patient = given.patient
    this.encounter = given.encounter
    this.authors = given.authors
    this.document = given.document
    this.careTeam = given.careTeam
    this.section = given.section
    this.holder = given.holder
  }

  id(type: string, element: CdaElement, suffix = ''): string {
    return derivedId(type, this.#given.documentId, `${element.path}${suffix === '' ? '' : `#${suffix}`}`)
  }

  base<Type extends FhirResource['resourceType']>(type: Type, element: CdaElement, suffix?: string): Base<Type> {
    const link = this.#walk.texts.linkOf(element)
    if (isNull(element)) this.find('statement.null', `${element.path}/@nullFlavor`)
    return {
      resourceType: type,
      id: this.id(type, element, suffix),
      meta: this.#given.origin,
      ...(link === undefined ? {} : { extension: [{ url: EXTENSION.narrativeLink, valueUrl: `Composition/${this.#given.compositionId}#${link}` }] }),
    }
  }

  nested(statement: CdaElement): readonly Nested[] {
    return nestedIn(statement)
  }

  take(nested: CdaElement, ignored?: Ignored): void {
    this.#walk.take(nested, ignored)
  }

  map(nested: CdaElement): Made {
    const around = nested.parent
    const typeCode = around?.attr('typeCode')
    const holder = around?.parent
    return this.#walk.map(nested, this.section, holder === undefined ? undefined : { statement: holder, typeCode })
  }

  text(element: CdaElement | undefined): string | undefined {
    return this.#walk.texts.textOf(element)
  }

  referenceTo(act: CdaElement): Reference | undefined {
    return this.#walk.meantBy(act)
  }

  authorsOf(statement: CdaElement): Reference[] {
    for (let around: CdaElement | undefined = statement; around !== undefined && around.local !== 'section'; around = around.parent) {
      const authors = this.#participants(around, 'author')
      if (authors.length > 0) return authors
    }
    return [...this.authors]
  }

  performersOf(statement: CdaElement): Reference[] {
    return this.#participants(statement, 'performer')
  }

  part<T>(name: string, build: () => T): T {
    const sources = this.parts.get(name) ?? []
    this.parts.set(name, sources)
    return this.ctx.recorder.into(sources, build)
  }

  find(code: string, path: string): void {
    const { findings } = this.ctx
    if (!findings.some(one => one.code === code && one.path === path)) findings.push({ code, severity: 'information', path })
  }

  #participants(statement: CdaElement, local: string): Reference[] {
    const found = readParticipations(statement, local, this.#given.tracker).flatMap(({ entity }) => this.cast.reference(entity) ?? [])
    return found.filter((one, at) => found.findIndex(other => other.reference === one.reference) === at)
  }
}
