/*
  Is a unit a UCUM unit? A reading of the UCUM grammar over the units that care uses; anything else is kept as words.
    term => component { ("." | "/") component } | "/" term        component => [prefix] atom [exponent] [annotation] | annotation | number | "(" term ")"
  Left out is what UCUM knows and who writes it in care does not mean: ML, Mg, PA, pt, cs, C, F, H, u, ' (megalitre … minute of an angle), the joule under a line.
*/

/** Atoms with the prefixes that go before them in care. */
const METRIC: readonly [prefixes: string, atoms: string][] = [
  ['k|d|c|m|u|n|p|f', 'g|l|L|m'],
  ['m|u|n|p', 's|mol|kat|A'],
  ['k|m|u|n|p|M', 'eq|osm|U|\\[iU\\]|\\[IU\\]|V|eV'],
  ['k|h|m|u|c|M|G|T', 'Hz|Pa|W|Gy|Sv|Bq|N|cal|Ohm|bar|(?<!/|/[kmM])J'],
  ['c|m', 'm\\[Hg\\]|m\\[H2O\\]'],
]
const PLAIN = [
  'min|h|d|a|wk|mo|deg|gon|rad|sr|cd|K|Cel|lm|lx|g%|%|10\\*|10\\^|dB|[munp]F|[mun]S|(?<!.)m?T(?!.)',
  "\\[(?:ppth|ppm|ppb|pH|degF|in_i|ft_i|lb_av|oz_av|drp|diop|arb'U|CFU|PFU|APL'U|GPL'U|MPL'U|USP'U|Amb'a'1'U|hp_X|MET|cup_us|tsp_us|tbs_us)\\]",
]

const ATOM = `(?:${[...METRIC.map(([prefixes, atoms]) => `(?:${prefixes})?(?:${atoms})`), ...PLAIN].join('|')})`
const ANNOTATION = '(?:\\{[\\x21-\\x7a|~]*\\})'
/** The exponent of a number has a sign: two runs of digits side by side could be parted in as many ways as there are digits. */
const COMPONENT = `(?:(?:${ATOM}(?:[+-]?\\d+)?|\\d+(?:[+-]\\d+)?)${ANNOTATION}?|${ANNOTATION})`
const TERM = new RegExp(`^/?${COMPONENT}(?:[./]${COMPONENT})*$`)
const ONLY_ANNOTATIONS = new RegExp(`^${ANNOTATION}+$`)

/** A unit that is nothing but an annotation (`{tablet}`) names a thing to count: words. */
function isUcum(unit: string): boolean {
  return TERM.test(unit) && !ONLY_ANNOTATIONS.test(unit)
}

/** Written so in French and meant by nobody otherwise. */
const MEANT: ReadonlyMap<string, string> = new Map([
  ['T/L', '10*12/L'],
  ['T/l', '10*12/L'],
])

export const ucumOf = (unit: string): string | undefined => MEANT.get(unit) ?? (isUcum(unit) ? unit : undefined)
