import { describe, expect, it, vi } from 'vitest'
import { CdaElement } from '../../../../mappers/cda/xml/element.ts'
import { CDA_LIMITS, readCda } from '../../../../mappers/cda/xml/tree.ts'
import type { Source } from '../../../../mappers/lineage.ts'
import { NarrativeTexts } from '../../../../mappers/statements/values/narrative-texts.ts'

const document = (body: string): Uint8Array =>
  Buffer.from(`<ClinicalDocument xmlns="urn:hl7-org:v3"><component><structuredBody>${body}</structuredBody></component></ClinicalDocument>`)

describe('the words that statements point to', () => {
  it('are put together once, however many statements point there, and are of the lineage of each', () => {
    const entry = '<entry><act><text><reference value="#a"/></text></act></entry>'
    const section = `<component><section><text><content ID="a">trois <br/> mots</content></text>${entry.repeat(3)}</section></component>`
    const read: Source[] = []
    const body = readCda(document(section), CDA_LIMITS, source => read.push(source)).root.at('component', 'structuredBody') as CdaElement
    const texts = new NarrativeTexts(body)
    const acts = body.at('component', 'section')?.all('entry') ?? []
    const line = vi.spyOn(CdaElement.prototype, 'line')
    expect(acts.map(act => texts.textOf(act.child('act')))).toEqual(['trois mots', 'trois mots', 'trois mots'])
    expect(line).toHaveBeenCalledTimes(1)
    expect(read.filter(source => typeof source !== 'string' && source.path.endsWith('/content'))).toHaveLength(3)
    line.mockRestore()
  })
})
