/*
  What one statement's rule is told and may ask: the scene of its document, and the walk for what lies around it.
*/
import type { FhirResource, Reference, Resource } from 'fhir/r4.js'
import { EXTENSION } from '../../../profiles/canonicals.ts'
import type { CdaElement } from '../../cda/xml/element.ts'
import type { CdaHeader } from '../../cda/header/header.ts'
import { readParticipations } from '../../cda/header/header-people.ts'
import type { ReadTracker } from '../../cda/xml/tracker.ts'
import type { Sources } from '../../lineage.ts'
import type { MapContext } from '../../mapper.ts'
import { type Cast, distinct } from '../../transmission-to-transaction/cast.ts'
import { derivedId } from '../../transmission-to-transaction/derived-id.ts'
import type { Base, Made, Nested, Section, StatementScene } from './contract.ts'
import type { NarrativeTexts } from '../values/narrative-texts.ts'
import { isNull } from '../values/negation.ts'
import { nestedIn } from './nested.ts'
import type { Ignored } from './statement-outcome.ts'

/** What all statements of a document share. */
export interface DocumentScene {
  ctx: MapContext
  header: CdaHeader
  /** When the document was written. */
  today: string
  /** Findings by code and place: each is told once. */
  told: Set<string>
  samples: StatementScene['samples']
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

export type SceneOfStatement = Given & Asked

/** What is given, and what may be asked. */
export const sceneOf = (walk: Walk, given: Given): SceneOfStatement => Object.assign(new Asked(walk, given), given)

class Asked implements Omit<StatementScene, keyof Given> {
  readonly parts = new Map<string, Sources>()
  readonly #walk: Walk
  readonly #given: Given

  constructor(walk: Walk, given: Given) {
    this.#walk = walk
    this.#given = given
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
    return this.#walk.map(nested, this.#given.section, holder === undefined ? undefined : { statement: holder, typeCode })
  }

  text(element: CdaElement | undefined): string | undefined {
    return this.#walk.texts.textOf(element)
  }

  referenceTo(act: CdaElement): Reference | undefined {
    return this.#walk.meantBy(act)
  }

  authorsOf(statement: CdaElement): Reference[] {
    for (let around: CdaElement | undefined = statement; around !== undefined && around.local !== 'structuredBody'; around = around.parent) {
      const authors = this.#participants(around, 'author')
      if (authors.length > 0) return authors
    }
    return [...this.#given.authors]
  }

  performersOf(statement: CdaElement): Reference[] {
    return this.#participants(statement, 'performer')
  }

  part<T>(name: string, build: () => T): T {
    const sources = this.parts.get(name) ?? []
    this.parts.set(name, sources)
    return this.#given.ctx.recorder.into(sources, build)
  }

  find(code: string, path: string): void {
    const { findings } = this.#given.ctx
    const told = `${code}@${path}`
    if (!this.#given.told.has(told)) findings.push({ code, severity: 'information', path })
    this.#given.told.add(told)
  }

  #participants(statement: CdaElement, local: string): Reference[] {
    return distinct(readParticipations(statement, local).flatMap(({ entity }) => this.#given.cast.reference(entity) ?? []))
  }
}
