import { expect, it } from 'vitest'
import { NS_CDA } from '../../../mappers/cda/element.ts'
import { readCda } from '../../../mappers/cda/tree.ts'
import { narrativeBlocks } from '../../../mappers/readable/narrative-blocks.ts'

const blocksOf = (inside: string) => narrativeBlocks(readCda(Buffer.from(`<ClinicalDocument xmlns="${NS_CDA}">${inside}</ClinicalDocument>`)).root, new Map())

it.each([
  ['in the text itself', '10 mg, <content revised="delete">50 mg</content>', [{ kind: 'paragraph', text: '10 mg, [supprimé : 50 mg]' }]],
  ['in a paragraph', '<paragraph>10 mg, <content revised="delete">50 mg</content></paragraph>', [{ kind: 'paragraph', text: '10 mg, [supprimé : 50 mg]' }]],
  ['in a list', '<list><item><content revised="delete">50 mg</content></item></list>', [{ kind: 'list', items: ['[supprimé : 50 mg]'], isOrdered: false }]],
])('what a document says is deleted is read as such, %s', (_, inside, expected) => {
  expect(blocksOf(inside)).toEqual(expected)
})
