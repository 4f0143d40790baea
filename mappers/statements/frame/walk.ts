/*
  Walks all sections of a structured body, at any depth, gives each entry to its rule, and keeps account of every statement.
    each statement ends as: mapped (a resource of its own, or part of one) | ignored (with the reason) | unmapped (no rule: it stays in the narrative, with a finding)
*/
import type { Reference } from 'fhir/r4.js'
import type { CdaElement } from '../../cda/xml/element.ts'
import type { Sources } from '../../lineage.ts'
import type { MapContext } from '../../mapper.ts'
import {
  type Made,
  type MadeResource,
  type MadeStatement,
  NOTHING,
  type Section,
  type SectionRule,
  type StatementRule,
  type StayFacts,
  toReference,
} from './contract.ts'
import { ruleOf, sectionRulesOf } from './dispatch.ts'
import { IndexOfStatements } from './index-of-statements.ts'
import { isStatement } from './kinds.ts'
import { link } from './link.ts'
import { NarrativeTexts } from '../values/narrative-texts.ts'
import { nestedIn } from './nested.ts'
import { otherPersonOf } from '../values/other-person.ts'
import { type DocumentScene, type SceneOfStatement, sceneOf } from './scene.ts'
import { readSections } from './sections.ts'
import type { StatementOutcome, Ignored } from './statement-outcome.ts'
import { unreadIn } from './unread.ts'

export interface MappedBody {
  resources: MadeResource[]
  /** Of the section with this element: what its entries became. */
  entriesOf(section: CdaElement): Reference[]
  stay: StayFacts
  outcomes: StatementOutcome[]
}

/** What a statement brings along is no entry of its section. */
const BROUGHT_ALONG = new Set(['Binary', 'Device', 'Medication', 'Specimen'])

const UNREAD = 'statement.part-unread'
/** More are not named one by one. */
const MOST_UNREAD = 100

type Holder = { statement: CdaElement; typeCode: string | undefined } | undefined

export function mapStatements(body: CdaElement, scene: DocumentScene): MappedBody {
  return new StatementWalk(body, scene).run()
}

export class StatementWalk {
  readonly texts: NarrativeTexts
  readonly #ctx: MapContext
  readonly #scene: DocumentScene
  /** Made when a first statement points to another. */
  #index: IndexOfStatements | undefined
  readonly #body: CdaElement
  readonly #sections: Section[]
  readonly #made = new Map<CdaElement, MadeStatement>()
  readonly #ofSections: Made[] = []
  readonly #mains = new Map<CdaElement, Reference[]>()
  readonly #open = new Set<CdaElement>()
  readonly #outcomes = new Map<CdaElement, StatementOutcome>()

  constructor(body: CdaElement, scene: DocumentScene) {
    this.#ctx = scene.ctx
    this.#scene = scene
    this.#sections = readSections(body)
    this.#body = body
    this.texts = new NarrativeTexts(body)
  }

  run(): MappedBody {
    for (const section of this.#sections) {
      const made = entriesIn(section.element).map(statement => this.map(statement, section))
      this.#ofSections.push(...sectionRulesOf(section).map(rule => this.#mapSection(section, made, rule)))
    }
    if (this.#scene.tracker.isOn) this.#findUnread()
    const all = [...this.#made.values(), ...this.#ofSections]
    return {
      resources: [...new Set(all.flatMap(one => one.resources))],
      entriesOf: section => this.#mains.get(section) ?? [],
      stay: joined(all.flatMap(one => one.stay ?? [])),
      outcomes: [...this.#outcomes.values()],
    }
  }

  map(statement: CdaElement, section: Section, holder?: Holder): MadeStatement {
    const known = this.#made.get(statement)
    if (known !== undefined) return known
    if (this.#open.has(statement) || this.#outcomes.has(statement)) return { statement, ...NOTHING }
    this.#open.add(statement)
    const rule = ruleOf(statement, section)
    const scene = sceneOf(this, { ...this.#scene, section, holder })
    const made = rule === undefined ? this.#unmapped(statement) : this.#byRule(statement, rule, scene)
    this.#made.set(statement, { statement, ...made })
    this.#mainOf(section, made)
    this.#mapRest(statement, { section, main: made.resources[0], ignored: made.ignored })
    this.#open.delete(statement)
    return { statement, ...made }
  }

  take(statement: CdaElement, ignored: Ignored | undefined): void {
    this.#note(statement, ignored ?? 'mapped')
  }

  /** The resource of the statement an act points to, or of the statement that one is part of. */
  meantBy(act: CdaElement): Reference | undefined {
    this.#index ??= new IndexOfStatements(this.#body)
    const meant = this.#index.meantBy(act)
    if (meant === undefined) return undefined
    const { entry, section } = this.#placeOf(meant)
    if (entry !== undefined && section !== undefined) this.map(entry, section)
    for (let around: CdaElement | undefined = meant; around !== undefined && around.local !== 'section'; around = around.parent) {
      const main = this.#made.get(around)?.resources[0]
      if (main !== undefined) return toReference(main)
    }
    return undefined
  }

  #byRule(statement: CdaElement, { name, version, map }: StatementRule, scene: SceneOfStatement): Made {
    const { value: made, sources } = this.#ctx.recorder.apart(() => map(statement, scene))
    this.#note(statement, made.ignored ?? 'mapped', name)
    this.#trace(made, { sources, parts: scene.parts, by: { rule: name, version } })
    return made
  }

  #findUnread(): void {
    const mapped = [...this.#outcomes].flatMap(([statement, { outcome }]) => (outcome === 'mapped' ? [statement] : []))
    const unread = unreadIn(mapped).filter(({ path }) => !this.#scene.told.has(`${UNREAD}@${path}`))
    for (const { path } of unread.slice(0, MOST_UNREAD)) this.#ctx.findings.push({ code: UNREAD, severity: 'information', path })
  }

  #mapSection(section: Section, made: readonly MadeStatement[], { name, version, map }: SectionRule): Made {
    const scene = sceneOf(this, { ...this.#scene, section, holder: undefined })
    const { value, sources } = this.#ctx.recorder.apart(() => map(section, made, scene))
    this.#trace(value, { sources, parts: scene.parts, by: { rule: name, version } })
    this.#mainOf(section, value)
    return value
  }

  #trace(made: Made, { sources, parts, by }: { sources: Sources; parts: ReadonlyMap<string, Sources>; by: { rule: string; version: number } }): void {
    const [main] = made.resources
    for (const one of made.resources) this.#ctx.recorder.add(`${one.resourceType}/${one.id}`, [...sources], by)
    if (main !== undefined) for (const [name, read] of parts) this.#ctx.recorder.add(`${main.resourceType}/${main.id}.${name}`, read, by)
  }

  #unmapped(statement: CdaElement): Made {
    this.#note(statement, 'unmapped')
    const code = otherPersonOf(statement) === undefined ? 'statement.unmapped' : 'statement.other-person'
    this.#ctx.findings.push({ code, severity: 'information', path: statement.path })
    return NOTHING
  }

  /** What no rule asked for inside a statement: by its own rule, tied to what is around it; nothing of what was ignored. */
  #mapRest(holder: CdaElement, around: { section: Section; main: MadeResource | undefined; ignored: Ignored | undefined }): void {
    for (const { statement, ...relation } of nestedIn(holder)) {
      if (this.#made.has(statement)) continue
      if (around.ignored !== undefined) this.#note(statement, around.ignored)
      if (this.#outcomes.has(statement)) this.#mapRest(statement, around)
      else link(around.main, this.map(statement, around.section, { statement: holder, typeCode: relation.typeCode }).resources[0], relation)
    }
  }

  #mainOf({ element }: Section, { resources }: Made): void {
    const said = resources.filter(({ resourceType }) => !BROUGHT_ALONG.has(resourceType)).map(toReference)
    const known = this.#mains.get(element)
    if (known !== undefined) known.push(...said)
    else if (said.length > 0) this.#mains.set(element, said)
  }

  #note(statement: CdaElement, outcome: StatementOutcome['outcome'], rule?: string): void {
    const isEntry = statement.parent?.local === 'entry'
    this.#outcomes.set(statement, { path: statement.path, isEntry, outcome, ...(rule === undefined ? {} : { rule }) })
  }

  #placeOf(statement: CdaElement): { entry: CdaElement | undefined; section: Section | undefined } {
    let entry: CdaElement | undefined = statement
    while (entry !== undefined && entry.parent?.local !== 'entry') entry = entry.parent
    const element = entry?.parent?.parent
    return { entry, section: this.#sections.find(section => section.element === element) }
  }
}

/** A template id may stand before the statement. */
function entriesIn(section: CdaElement): CdaElement[] {
  return section.all('entry').flatMap(entry => entry.elements().find(isStatement) ?? [])
}

function joined(facts: readonly StayFacts[]): StayFacts {
  const stay: StayFacts = {}
  for (const one of facts) {
    if (one.reasonCode !== undefined) stay.reasonCode = [...(stay.reasonCode ?? []), ...one.reasonCode]
    if (one.reasonReference !== undefined) stay.reasonReference = [...(stay.reasonReference ?? []), ...one.reasonReference]
    if (one.diagnosis !== undefined) stay.diagnosis = [...(stay.diagnosis ?? []), ...one.diagnosis]
    if (one.admitSource !== undefined) stay.admitSource ??= one.admitSource
    if (one.dischargeDisposition !== undefined) stay.dischargeDisposition ??= one.dischargeDisposition
  }
  return stay
}
