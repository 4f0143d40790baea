/*
  Template roots by the names the guides give them: `fr('62')` is E3.62, `pcc('4.19')` is PCC.4.19, `frSection('158')` is T2.158.
*/
import type { CdaElement } from '../../cda/xml/element.ts'

export const fr = (number: string): string => `1.2.250.1.213.1.1.3.${number}`
export const frSection = (number: string): string => `1.2.250.1.213.1.1.2.${number}`
export const pcc = (number: string): string => `1.3.6.1.4.1.19376.1.5.3.1.${number}`

const FR_ENTRY = '1.2.250.1.213.1.1.3.'
const isFr = (root: string): boolean => root.startsWith(FR_ENTRY)

/** Of an element, French before IHE and the longer before the shorter. Asked often, so read once for each. */
export function templatesOf(element: CdaElement): readonly string[] {
  element.templates ??= element
    .all('templateId')
    .map(one => one.attr('root') ?? '')
    .filter(root => root !== '')
    .sort((left, right) => Number(isFr(right)) - Number(isFr(left)) || (isFr(left) ? right.split('.').length - left.split('.').length : 0))
  return element.templates
}

export const hasTemplate = (element: CdaElement, roots: readonly string[]): boolean => templatesOf(element).some(root => roots.includes(root))

/** A fact of one of these templates, or of none: what a concern holds needs not say what it is. */
export const isMeantAs = (element: CdaElement, roots: readonly string[]): boolean =>
  (element.attr('moodCode') ?? 'EVN') === 'EVN' && (hasTemplate(element, roots) || (element.local === 'observation' && templatesOf(element).length === 0))

/** An image, or another object of a study: in the catalogue and where it is shown. */
export const DICOM_OBJECT = [fr('157'), '1.2.840.10008.9.18', '2.16.840.1.113883.10.20.6.2.8']
