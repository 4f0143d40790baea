import { expect, it } from 'vitest'
import { NS_CDA } from '../../../mappers/cda/xml/element.ts'
import { readCda } from '../../../mappers/cda/xml/tree.ts'
import { narrativeBlocks } from '../../../mappers/readable/narrative-blocks.ts'

const blocksOf = (inside: string) => narrativeBlocks(readCda(Buffer.from(`<ClinicalDocument xmlns="${NS_CDA}">${inside}</ClinicalDocument>`)).root, new Map())

it.each([
  ['in the text itself', '10 mg, <content revised="delete">50 mg</content>', [{ kind: 'paragraph', text: '10 mg, [supprimé : 50 mg]' }]],
  ['in a paragraph', '<paragraph>10 mg, <content revised="delete">50 mg</content></paragraph>', [{ kind: 'paragraph', text: '10 mg, [supprimé : 50 mg]' }]],
  ['in a list', '<list><item><content revised="delete">50 mg</content></item></list>', [{ kind: 'list', items: ['[supprimé : 50 mg]'], isOrdered: false }]],
  [
    'a medium in a cell',
    '<table><tr><td>Face <renderMultiMedia referencedObject="a"/></td></tr></table>',
    [{ kind: 'table', rows: [{ isHead: false, cells: [{ text: 'Face [image non reproduite]', columns: 1, rows: 1 }] }] }],
  ],
  [
    'two media with their words',
    '<renderMultiMedia referencedObject="a b"><caption>Face et profil</caption></renderMultiMedia>',
    [
      { kind: 'paragraph', text: '[image non reproduite]' },
      { kind: 'paragraph', text: '[image non reproduite]' },
      { kind: 'paragraph', text: 'Face et profil', isBold: true },
    ],
  ],
  ['a note', '<paragraph>mot<footnoteRef IDREF="n"/></paragraph>', [{ kind: 'paragraph', text: 'mot[note]' }]],
])('%s: what a document deletes or shows is told', (_, inside, expected) => {
  expect(blocksOf(inside)).toEqual(expected)
})
