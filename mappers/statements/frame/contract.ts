/*
  What a rule for the entries of a structured document is: which statements it takes, and what it makes of one. The frame is walk.ts, the list of all rules is rules.ts.
    entry => statement { entryRelationship | component => statement … }      statement => act encounter observation observationMedia organizer procedure … supply
  Dispatch: the statement's FR template first, the IHE and HL7 ones behind it, its kind last; never a title.
*/
import type { CodeableConcept, Encounter, FhirResource, Reference, Resource, Specimen } from 'fhir/r4.js'
import type { CdaElement } from '../../cda/xml/element.ts'
import type { CdaHeader } from '../../cda/header/header.ts'
import type { MapContext } from '../../mapper.ts'
import type { Cast } from '../../transmission-to-transaction/cast.ts'
import type { StatementKind } from './kinds.ts'
import type { Ignored } from './statement-outcome.ts'

export type MadeResource = FhirResource & { id: string }

/** What a statement says of the stay the document belongs to. */
export interface StayFacts {
  reasonCode?: CodeableConcept[]
  reasonReference?: Reference[]
  diagnosis?: NonNullable<Encounter['diagnosis']>
  admitSource?: CodeableConcept
  dischargeDisposition?: CodeableConcept
}

export interface Made {
  /** First what the statement itself became, then what it brings along (Medication, Device, Specimen). */
  resources: readonly MadeResource[]
  /** Only with no resources. */
  ignored?: Ignored
  stay?: StayFacts
}

/** A section of the body: what dispatch and rules need of it. */
export interface Section {
  element: CdaElement
  /** LOINC, as a rule. */
  code: string | undefined
  templates: readonly string[]
  /** The section it stands in. */
  parent: Section | undefined
}

/** A statement inside a statement. */
export interface Nested {
  statement: CdaElement
  /** COMP SUBJ RSON REFR CAUS MFST SPRT … */
  typeCode: string | undefined
  /** It leads from this statement to the one around it. */
  isInverted: boolean
}

/** A statement of a section with what it became. */
export interface MadeStatement extends Made {
  statement: CdaElement
}

/** What a rule is told beside the statement, and how it asks for more. */
export interface StatementScene {
  readonly ctx: MapContext
  readonly header: CdaHeader
  /** When the document was written. */
  readonly today: string
  readonly cast: Cast
  readonly patient: Reference
  readonly encounter: Reference
  /** Of the document. */
  readonly authors: readonly Reference[]
  /** The circle that the header proposes. */
  readonly careTeam: Reference | undefined
  /** The DocumentReference. */
  readonly document: Reference
  /** Those of the document that have a number, by what is said of them: one that is named twice is one. */
  readonly samples: Map<string, Specimen & { id: string }>
  readonly section: Section
  /** The statement that holds this one, and what it became where that is known. */
  readonly holder: { statement: CdaElement; typeCode: string | undefined } | undefined

  /** The same on every run: of the document and the place of the element; `suffix` tells apart what one statement brings along. */
  id(type: string, element: CdaElement, suffix?: string): string
  /** What each resource of a document begins with: id, origin, link into the narrative. */
  base<Type extends FhirResource['resourceType']>(type: Type, element: CdaElement, suffix?: string): Base<Type>
  nested(statement: CdaElement): readonly Nested[]
  /** It is part of this statement: no resource of its own. */
  take(nested: CdaElement, ignored?: Ignored): void
  /** What a nested statement becomes by its own rule; asked twice it is the same. */
  map(nested: CdaElement): Made
  /** The words an element (a code, a value, a statement) points to in the narrative, or holds; undefined for a dead pointer. */
  text(element: CdaElement | undefined): string | undefined
  /** What the statement became to which an act E3.36 points: the same id and the same code. */
  referenceTo(act: CdaElement): Reference | undefined
  /** Who wrote the statement: its own authors, else those of the statement or section around it, else of the document. */
  authorsOf(statement: CdaElement): Reference[]
  /** Who carried it out, as the statement says. */
  performersOf(statement: CdaElement): Reference[]
  /** Builds one element of the resource: what is read meanwhile is its lineage. */
  part<T>(name: string, build: () => T): T
  find(code: string, path: string): void
}

export interface Base<Type extends string> {
  resourceType: Type
  id: string
  meta: NonNullable<Resource['meta']>
  extension?: { url: string; valueUrl: string }[]
}

export interface StatementRule {
  /** Template and what it is: `E3.62 procedure`. In the lineage of everything it makes. */
  name: string
  version: number
  /** Roots of templates it takes; none, or an empty one among them: it is asked when no template is known. */
  templates: readonly string[]
  /** Absent: any. */
  kinds?: readonly StatementKind[]
  moods?: readonly string[]
  /** Of the statement; absent: any. */
  codes?: readonly string[]
  /** Only what stands directly in an entry: inside another statement it may be anything. */
  isEntry?: true
  /** Whose statements it takes: the patient's (also where nothing is said), those of somebody else, or both. */
  about?: 'patient' | 'other' | 'anybody'
  /** LOINC codes of the sections, also around its own, that it alone serves; goes before a rule for all sections. */
  sections?: readonly string[]
  map(statement: CdaElement, at: StatementScene): Made
}

/** What a section as a whole becomes, after its entries. */
export interface SectionRule {
  name: string
  version: number
  /** Templates first, LOINC codes behind. */
  templates: readonly string[]
  codes: readonly string[]
  map(section: Section, made: readonly MadeStatement[], at: StatementScene): Made
}

export const NOTHING: Made = { resources: [] }
export const FILLER: Made = { resources: [], ignored: 'filler' }
export const IN_HEADER: Made = { resources: [], ignored: 'in-header' }

/** What FHIR has no word for stays in the narrative, with a finding. */
export function leave(statement: CdaElement, at: StatementScene): Made {
  at.take(statement, 'unmapped')
  at.find('statement.unmapped', statement.path)
  return { resources: [], ignored: 'unmapped' }
}

export const toReference = ({ resourceType, id }: MadeResource): Reference => ({ reference: `${resourceType}/${id}` })

export const referencesTo = (made: readonly MadeResource[], isMeant: (type: string) => boolean): Reference[] =>
  made.filter(one => isMeant(one.resourceType)).map(toReference)
