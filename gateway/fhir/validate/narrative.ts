/*
  The narrative of a resource: XHTML that formats, and nothing that acts or fetches (R4 narrative, txt-1 and txt-2).
    div => <div xmlns="http://www.w3.org/1999/xhtml"> formatted text </div>     no DOCTYPE, no processing instruction, no entity of HTML
*/
import { SaxesParser, type SaxesTagNS } from 'saxes'

const DEEPEST = 128
const XHTML = 'http://www.w3.org/1999/xhtml'

// Chapters 7 to 11 (frames apart) and 15 of HTML 4.0, links and images.
const ELEMENTS = new Set(
  (
    'a abbr acronym address b bdo big blockquote br caption cite code col colgroup dd del dfn div dl dt em h1 h2 h3 h4 h5 h6 hr i img ins kbd li map area ol p pre q s samp small ' +
    'span strike strong sub sup table tbody td tfoot th thead tr tt u ul var'
  ).split(' '),
)
const ATTRIBUTES = new Set(
  (
    'abbr accesskey align alt axis bgcolor border cellhalign cellpadding cellspacing cellvalign char charoff charset cite class clear colspan compact coords datetime dir frame ' +
    'headers height href hreflang hspace id lang longdesc name noshade nowrap rel rev rowspan rules scope shape size span src start style summary tabindex title type valign value vspace width xmlns xml:lang xml:space'
  ).split(' '),
)
const SAFE_LINK = /^(?:https?:|mailto:|tel:|cid:|urn:(?:uuid|oid):|#|data:image\/(?:png|jpeg|gif);base64,|(?![a-z][a-z0-9+.-]*:))/i
const ACTIVE_STYLE = /expression|javascript|url\s*\(|behaviou?r|@import|-moz-binding|\\/i

const MOST_ATTRIBUTES = 64

/** What is wrong ends the reading: the parser makes an error of each further character, and looks at each attribute among those before it. */
export function isSoundNarrative(text: string): boolean {
  const parser = new SaxesParser({ xmlns: true, position: false })
  let depth = 0
  let attributes = 0
  let hasContent = false
  const demand = (isSound: boolean): void => {
    if (!isSound) throw new RangeError('no narrative')
  }
  for (const event of ['error', 'doctype', 'processinginstruction'] as const) parser.on(event, () => demand(false))
  parser.on('attribute', () => demand(++attributes <= MOST_ATTRIBUTES))
  parser.on('opentag', tag => {
    attributes = 0
    depth += 1
    // The parser looks for the namespace of each tag among all those around it.
    demand(depth <= DEEPEST && tag.uri === XHTML && (depth > 1 || tag.local === 'div') && isFormatting(tag))
    hasContent ||= tag.local === 'img'
  })
  parser.on('closetag', () => {
    depth -= 1
  })
  parser.on('text', content => {
    hasContent ||= content.trim() !== ''
  })
  try {
    parser.write(text).close()
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return false
  }
  return hasContent
}

function isFormatting({ local, attributes }: SaxesTagNS): boolean {
  return (
    ELEMENTS.has(local) &&
    Object.values(attributes).every(({ name, value }) => {
      if (!ATTRIBUTES.has(name) || (name === 'xmlns' && value !== XHTML)) return false
      if (name === 'style') return !ACTIVE_STYLE.test(value)
      // What a browser passes over when it reads the scheme is taken out first.
      return !/^(?:href|src|cite|longdesc)$/.test(name) || SAFE_LINK.test(value.replace(/[\0-\x20]/g, ''))
    })
  )
}
