import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pathOf } from '../../../../mappers/lineage.ts'
import { CDA_LIMITS, readCda } from '../../../../mappers/cda/xml/tree.ts'
import type { HubError } from '../../../../profiles/errors.ts'

const bytes = (text: string): Uint8Array => Buffer.from(text, 'utf8')
const document = (inside: string): string => `<ClinicalDocument xmlns="urn:hl7-org:v3">${inside}</ClinicalDocument>`

function codeOf(read: () => unknown): string {
  try {
    read()
  } catch (error) {
    return (error as HubError).code
  }
  return 'read'
}

describe('a CDA tree', () => {
  it('keeps children in order, with their namespaces', () => {
    const { root } = readCda(
      bytes(document('<id root="1"/><lab:statusCode xmlns:lab="urn:oid:1.3.6.1.4.1.19376.1.3.2" code="completed"/><x:y xmlns:x="urn:else"/><id root="2"/>')),
    )
    expect(root.elements().map(child => [child.ns, child.local])).toEqual([
      ['urn:hl7-org:v3', 'id'],
      ['urn:oid:1.3.6.1.4.1.19376.1.3.2', 'statusCode'],
      ['urn:else', 'y'],
      ['urn:hl7-org:v3', 'id'],
    ])
    expect(root.all('id').map(id => id.attr('root'))).toEqual(['1', '2'])
  })

  it('a self-presenting document is found by namespace and local name', () => {
    const cda = readCda(
      bytes(
        '<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:template match="/"/><data:Contenu xmlns:data="urn:d"><c:ClinicalDocument xmlns:c="urn:hl7-org:v3"><c:title>T</c:title></c:ClinicalDocument></data:Contenu></xsl:stylesheet>',
      ),
    )
    expect(cda.selfPresenting).toBe(true)
    expect(cda.root.path).toBe('ClinicalDocument')
    expect(cda.root.child('title')?.text()).toBe('T')
    expect(cda.leaves().map(pathOf)).toEqual(['ClinicalDocument/title'])
  })

  it('processing instructions and comments leave no trace', () => {
    const { root } = readCda(bytes(`<?xml version="1.0"?><?xml-stylesheet href="#"?><!-- a -->${document('<title>a<!-- b -->b<?oxygen x?></title>')}`))
    expect(root.child('title')?.text()).toBe('ab')
  })

  it('the path of each value taken is reported, with a number from the second of a name on', () => {
    const reads: string[] = []
    const { root } = readCda(
      bytes(document('<recordTarget><patientRole><id root="1"/><id root="2" extension="x"/></patientRole></recordTarget>')),
      CDA_LIMITS,
      source => reads.push(pathOf(source)),
    )
    root.at('recordTarget', 'patientRole')?.all('id')[1]?.attr('extension')
    expect(reads).toEqual(['ClinicalDocument/recordTarget/patientRole/id[2]/@extension'])
  })

  it.each<[string, BufferEncoding | 'latin1', string]>([
    ['UTF-8 with a BOM', 'utf8', '\uFEFF<?xml version="1.0" encoding="UTF-8"?>'],
    ['UTF-8 without declaration', 'utf8', ''],
    ['ISO-8859-1', 'latin1', '<?xml version="1.0" encoding="ISO-8859-1"?>'],
    ['UTF-16 LE with a BOM', 'utf16le', '\uFEFF<?xml version="1.0" encoding="UTF-16"?>'],
    ['UTF-16 LE without', 'utf16le', '<?xml version="1.0" encoding="UTF-16"?>'],
  ])('is read in %s', (_, encoding, declaration) => {
    const { root } = readCda(Buffer.from(declaration + document('<title>Éléonore ça</title>'), encoding))
    expect(root.child('title')?.text()).toBe('Éléonore ça')
  })

  it('is read in UTF-16 BE and ISO-8859-15', () => {
    const be = Buffer.from(`\uFEFF${document('<title>é</title>')}`, 'utf16le').swap16()
    expect(readCda(be).root.child('title')?.text()).toBe('é')
    const fifteen = Buffer.from(`<?xml version="1.0" encoding="ISO-8859-15"?>${document('<title>\xA4</title>')}`, 'latin1')
    expect(readCda(fifteen).root.child('title')?.text()).toBe('€')
  })
})

describe('long base64 in a document', () => {
  const run = Buffer.alloc(30_000, 'base64').toString('base64')

  it('is the same text as a parser would give', () => {
    const { root } = readCda(bytes(document(`<title>é</title><text representation="B64">${run}</text><code code="x"/>`)))
    expect(root.child('text')?.text()).toBe(run)
    expect(root.child('code')?.attr('code')).toBe('x')
  })

  it('in several elements, in lines, in an attribute, in a comment and in CDATA', () => {
    const lines = run.replace(/(.{76})/g, '$1\n')
    const { root } = readCda(bytes(document(`<a>${run}</a><b>${lines}</b><c v=">${run}"/><!-- >${run} --><d><![CDATA[>${run}]]></d><e>${run}</e>`)))
    expect(root.child('a')?.text()).toBe(run)
    expect(root.child('b')?.text()?.replace(/\s/g, '')).toBe(run)
    expect(root.child('c')?.attr('v')).toBe(`>${run}`)
    expect(root.child('d')?.text()).toBe(`>${run}`)
    expect(root.child('e')?.text()).toBe(run)
  })

  it('a document with our private mark in it is read all the same', () => {
    const { root } = readCda(bytes(document(`<title>\u00FE0\u00FE</title><a>${run}</a>`)))
    expect(root.child('title')?.text()).toBe('\u00FE0\u00FE')
    expect(root.child('a')?.text()).toBe(run)
  })

  it.each(['&#254;', '&#0254;', '&#xFE;', '&#xfe;', '&#x00Fe;'])('so is one with that mark as %s, before the base64 or after it', reference => {
    const title = `<title>${reference}0${reference}</title>`
    for (const body of [`${title}<a>${run}</a>`, `<a>${run}</a>${title}`, `<a><![CDATA[>${run}]]>${reference}</a>${title}`]) {
      const { root } = readCda(bytes(document(body)))
      expect(root.child('title')?.text()).toBe('\u00FE0\u00FE')
      expect(
        root
          .child('a')
          ?.text()
          ?.replace(/[>\u00FE]/g, ''),
      ).toBe(run)
    }
  })
})

describe('a document that is refused', () => {
  it.each([
    ['a DOCTYPE', `<!DOCTYPE x [<!ENTITY a "b">]>${document('')}`, 'document.doctype'],
    ['an entity that nobody declared', document('&a;'), 'document.not_cda'],
    ['an open element', '<ClinicalDocument xmlns="urn:hl7-org:v3">', 'document.not_cda'],
    ['another root', '<html/>', 'document.not_cda'],
    ['a ClinicalDocument of no namespace', '<ClinicalDocument/>', 'document.not_cda'],
    ['two roots', document('') + document(''), 'document.not_cda'],
    ['no XML at all', '%PDF-1.4', 'document.not_cda'],
    ['nothing', '', 'document.not_cda'],
    ['201 levels', document('<a>'.repeat(200) + '</a>'.repeat(200)), 'document.too_deep'],
    ['200 001 elements', document('<a/>'.repeat(200_000)), 'document.too_many_elements'],
    ['an element of 257 attributes', document(`<a ${Array.from({ length: 257 }, (_, at) => `a${at}="b"`).join(' ')}/>`), 'document.too_many_elements'],
    ['an unknown encoding', `<?xml version="1.0" encoding="EBCDIC"?>${document('')}`, 'document.not_cda'],
  ])('%s', (_, text, code) => {
    expect(codeOf(() => readCda(bytes(text)))).toBe(code)
  })

  it('200 levels and 200 000 elements are taken', () => {
    expect(codeOf(() => readCda(bytes(document('<a>'.repeat(199) + '</a>'.repeat(199)))))).toBe('read')
    expect(codeOf(() => readCda(bytes(document('<a/>'.repeat(199_999)))))).toBe('read')
  })

  it('more bytes than the limit, before anything is parsed', () => {
    expect(codeOf(() => readCda(bytes(document('<a/>')), { ...CDA_LIMITS, maxBytes: 20 }))).toBe('document.too_large')
  })

  it('bytes that are not the declared UTF-8', () => {
    expect(
      codeOf(() =>
        readCda(
          Buffer.concat([bytes('<ClinicalDocument xmlns="urn:hl7-org:v3"><title>'), Buffer.from([0xff, 0xfe, 0xfd]), bytes('</title></ClinicalDocument>')]),
        ),
      ),
    ).toBe('document.not_cda')
  })

  it('whatever the bytes, the answer is a typed error or a tree', () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      '</a>',
      '<a ',
      '="',
      '&#0;',
      '&amp;',
      '<![CDATA[',
      ']]>',
      '<!--',
      '-->',
      '<?',
      '?>',
      '<!DOCTYPE',
      '\0',
      'é',
      '\uE0F1',
      document('<a/>'),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), pieces => {
        expect(codeOf(() => readCda(bytes(pieces.join(''))))).toMatch(/^(?:read|document\.[a-z_]+)$/)
      }),
    )
  })
})
