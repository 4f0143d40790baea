/*
  Is a unit a UCUM unit? A reading of the UCUM grammar over the units that care uses; anything else is kept as words.
    term => component { ("." | "/") component } | "/" term        component => [prefix] atom [exponent] [annotation] | annotation | number | "(" term ")"
*/
const PREFIXES = 'Y|Z|E|P|T|G|M|k|h|da|d|c|m|u|n|p|f|a|z|y'
const METRIC = [
  'm|g|s|rad|K|cd|mol|sr|Hz|N|Pa|J|W|A|V|F|Ohm|S|Wb|Cel|T|H|lm|lx|Bq|Gy|Sv|l|L|ar|t|bar|u|eV|pc|eq|osm|kat|U|cal|B|st|C',
  'm\\[Hg\\]|m\\[H2O\\]|\\[iU\\]|\\[IU\\]|g%',
].join('|')
const PLAIN = [
  "min|h|d|a|wk|mo|deg|gon|'|''|%|10\\*|10\\^",
  "\\[(?:ppth|ppm|ppb|pH|degF|in_i|ft_i|lb_av|oz_av|drp|diop|arb'U|CFU|PFU|APL'U|GPL'U|MPL'U|USP'U|Amb'a'1'U|hp_X|MET|cup_us|tsp_us|tbs_us)\\]",
].join('|')

const ATOM = `(?:(?:${PREFIXES})?(?:${METRIC})|${PLAIN})`
const ANNOTATION = '(?:\\{[\\x21-\\x7a|~]*\\})'
const COMPONENT = `(?:(?:${ATOM}|\\d+)(?:[+-]?\\d+)?${ANNOTATION}?|${ANNOTATION})`
const TERM = new RegExp(`^/?${COMPONENT}(?:[./]${COMPONENT})*$`)
const ONLY_ANNOTATIONS = new RegExp(`^${ANNOTATION}+$`)

/** A unit that is nothing but an annotation (`{tablet}`) names a thing to count: words. */
export function isUcum(unit: string): boolean {
  return TERM.test(unit) && !ONLY_ANNOTATIONS.test(unit)
}
