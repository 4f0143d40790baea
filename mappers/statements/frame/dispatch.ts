/*
  Which rule takes a statement or a section: templates first, French before IHE and the longer before the shorter, then the kind.
*/
import type { CdaElement } from '../../cda/xml/element.ts'
import type { Section, SectionRule, StatementRule } from './contract.ts'
import { CODED } from './index-of-statements.ts'
import type { StatementKind } from './kinds.ts'
import { ABSENT_OR_UNKNOWN_OID } from '../values/negation.ts'
import { otherPersonOf } from '../values/other-person.ts'
import { SECTION_RULES, STATEMENT_RULES } from '../rules.ts'
import { templatesOf } from './templates.ts'

const NO_TEMPLATE = ''

/** Those for some sections before those for all. */
const RULES = byTemplate([...STATEMENT_RULES].sort((left, right) => Number(left.sections === undefined) - Number(right.sections === undefined)))

export function ruleOf(statement: CdaElement, section: Section): StatementRule | undefined {
  const said = statement.attr('moodCode') ?? ''
  // That there is none is a fact, and neither asked for nor planned.
  const mood = CODED.some(way => statement.at(...way)?.attributes.get('codeSystem') === ABSENT_OR_UNKNOWN_OID) ? 'EVN' : said
  const person = otherPersonOf(statement) === undefined ? 'patient' : 'other'
  const entry = statement.parent?.local === 'entry' ? templatesOf(statement.parent) : []
  for (const template of [...templatesOf(statement), ...entry, NO_TEMPLATE]) {
    const rule = RULES.get(template)?.find(one => isAbout(one, person) && takes(one, statement, mood) && serves(one, section))
    if (rule !== undefined) return rule
  }
  return undefined
}

const isAbout = ({ about = 'patient' }: StatementRule, person: 'patient' | 'other'): boolean => about === 'anybody' || about === person

const takes = ({ kinds, moods, codes, isEntry }: StatementRule, statement: CdaElement, mood: string): boolean =>
  (kinds === undefined || kinds.includes(statement.local as StatementKind)) &&
  (moods === undefined || moods.includes(mood)) &&
  (isEntry === undefined || statement.parent?.local === 'entry') &&
  (codes === undefined || codes.includes(statement.child('code')?.attributes.get('code') ?? ''))

function serves({ sections }: StatementRule, section: Section): boolean {
  if (sections === undefined) return true
  for (let around: Section | undefined = section; around !== undefined; around = around.parent) if (sections.includes(around.code ?? '')) return true
  return false
}

export function sectionRulesOf({ templates, code }: Section): SectionRule[] {
  const byTemplates = SECTION_RULES.filter(rule => rule.templates.some(template => templates.includes(template)))
  return byTemplates.length > 0 ? byTemplates : SECTION_RULES.filter(rule => rule.codes.includes(code ?? ''))
}

function byTemplate(rules: readonly StatementRule[]): Map<string, StatementRule[]> {
  const found = new Map<string, StatementRule[]>()
  for (const rule of rules)
    for (const template of rule.templates.length === 0 ? [NO_TEMPLATE] : rule.templates) found.set(template, [...(found.get(template) ?? []), rule])
  return found
}
