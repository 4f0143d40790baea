import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NS_CDA, type CdaElement } from '../../../mappers/cda/xml/element.ts'
import { NarrativeWriter } from '../../../mappers/cda/narrative.ts'
import { readCda } from '../../../mappers/cda/xml/tree.ts'

function textOf(inside: string): CdaElement {
  const { root } = readCda(
    Buffer.from(
      `<ClinicalDocument xmlns="${NS_CDA}"><component><structuredBody><component><section><text>${inside}</text></section></component></structuredBody></component></ClinicalDocument>`,
    ),
  )
  const text = root.at('component', 'structuredBody', 'component', 'section', 'text')
  if (text === undefined) throw new Error('no text')
  return text
}

const mediumOf = (inside: string): CdaElement => textOf(`<observationMedia>${inside}</observationMedia>`).elements()[0] ?? textOf('')
const write = (inside: string): string | undefined => new NarrativeWriter(new Map()).write(textOf(inside)).xhtml
const div = (inside: string): string => `<div xmlns="http://www.w3.org/1999/xhtml">${inside}</div>`

describe('a narrative', () => {
  it.each([
    ['<paragraph>Un <content styleCode="Bold">mot</content></paragraph>', '<p>Un <span><b>mot</b></span></p>'],
    ['<list><caption>Titre</caption><item>a</item><item>b</item></list>', '<p><b>Titre</b></p><ul><li>a</li><li>b</li></ul>'],
    ['<list listType="ordered"><item>a</item></list>', '<ol><li>a</li></ol>'],
    [
      '<table border="0"><tbody align="left"><tr><td colspan="2" onclick="x()">a</td></tr></tbody></table>',
      '<table><tbody><tr><td colspan="2">a</td></tr></tbody></table>',
    ],
    ['10 mg <content revised="delete">puis 50 mg</content>', '10 mg <span>[supprimé : puis 50 mg]</span>'],
    ['a<br/>b', 'a<br/>b'],
    ['<linkHtml href="https://exemple.fr/?a=1&amp;b=2">lien</linkHtml>', '<a href="https://exemple.fr/?a=1&amp;b=2">lien</a>'],
    ['<linkHtml href="javascript:alert(1)">lien</linkHtml>', '<a>lien</a>'],
    ['<script>alert(1)</script>', 'alert(1)'],
    ['1 &lt; 2 &amp; &quot;3&quot;', '1 &lt; 2 &amp; &quot;3&quot;'],
  ])('%s', (cda, xhtml) => {
    expect(write(cda)).toBe(div(xhtml))
  })

  it('an identifier is written once, and only if it can stand in an attribute', () => {
    expect(write('<content ID="a">x</content><content ID="a">y</content><content ID="b c">z</content>')).toBe(
      div('<span id="a">x</span><span>y</span><span>z</span>'),
    )
  })

  it('a medium that cannot be shown leaves a placeholder, and says so', () => {
    expect(new NarrativeWriter(new Map()).write(textOf('<renderMultiMedia referencedObject="m"/>'))).toEqual({
      xhtml: div('<span>[image non reproduite]</span>'),
      hasPlaceholder: true,
    })
  })

  it('a medium is told by each that it names, and by its words', () => {
    const media = new Map(['a', 'b'].map(id => [id, mediumOf('<value representation="B64">R0lGODlh</value>')]))
    const written = new NarrativeWriter(media).write(textOf('<renderMultiMedia referencedObject="a b"><caption>Face et profil</caption></renderMultiMedia>'))
    const picture = '<img alt="" src="data:image/gif;base64,R0lGODlh"/>'
    expect(written).toEqual({ xhtml: div(`${picture}${picture}<b>Face et profil</b>`), hasPlaceholder: false })
  })

  it('a picture is shown again while its copies are few bytes, and then named', () => {
    const picture = Buffer.concat([Buffer.from('GIF89a'), Buffer.alloc(300_000)]).toString('base64')
    const media = new Map([['m', mediumOf(`<value representation="B64">${picture.replace(/(.{76})/g, '$1\n')}</value>`)]])
    const { xhtml = '', hasPlaceholder } = new NarrativeWriter(media).write(textOf('<renderMultiMedia referencedObject="m"/>'.repeat(2000)))
    expect([xhtml.match(/<img /g)?.length, xhtml.match(/non reproduite/g)?.length, hasPlaceholder]).toEqual([4, 1996, true])
  })

  it('what a place names again and again is shown once, and of a list without an end the beginning', () => {
    const media = new Map([['m', mediumOf('<value representation="B64">R0lGODlh</value>')]])
    const pictures = (names: string[]) => {
      const { xhtml = '' } = new NarrativeWriter(media).write(textOf(`<renderMultiMedia referencedObject="${names.join(' ')}"/>`))
      return xhtml.match(/<img|image non reproduite/g)?.length
    }
    expect([pictures(Array<string>(50).fill('m')), pictures(Array.from({ length: 5000 }, (_, at) => `n${at}`))]).toEqual([1, 100])
  })

  it('a word leads to its footnote', () => {
    expect(write('a<footnoteRef IDREF="n1"/><footnote ID="n1">b</footnote>')).toBe(div('a<a href="#n1">[note]</a><span id="n1">b</span>'))
  })

  it('what says nothing is not written', () => {
    expect(write('  <paragraph> <br/> </paragraph>')).toBeUndefined()
  })

  it('whatever stands in it, only listed elements and attributes come out', () => {
    const name = fc.constantFrom('script', 'iframe', 'object', 'style', 'img', 'paragraph', 'table', 'td', 'content', 'linkHtml', 'svg', 'form')
    const attribute = fc.constantFrom(
      '',
      'onload="x()"',
      'style="a"',
      'src="http://x"',
      'href="javascript:x()"',
      'href="data:text/html,x"',
      'ID="i"',
      'class="c"',
    )
    const tree = fc.array(fc.tuple(name, attribute), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(tree, parts => {
        const written =
          write(
            `${parts.map(([tag, said]) => `<${tag} ${said}>`).join('')}mot${[...parts]
              .reverse()
              .map(([tag]) => `</${tag}>`)
              .join('')}`,
          ) ?? ''
        for (const [, tag = '', said = ''] of written.matchAll(/<([a-zA-Z]+)([^>]*)>/g)) {
          expect(['div', 'p', 'span', 'table', 'td', 'a']).toContain(tag)
          expect(said).toMatch(/^(?: xmlns="http:\/\/www\.w3\.org\/1999\/xhtml"| id="i")?$/)
        }
      }),
    )
  })
})
