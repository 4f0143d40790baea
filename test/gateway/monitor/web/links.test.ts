import { describe, expect, it } from 'vitest'
import { aboveOf, linksOf } from '../../../../gateway/monitor/web/src/views/flow/links.ts'

const made = {
  resources: [
    {
      reference: 'Patient/1',
      version: '1',
      path: 'Patient',
      sources: [],
      elements: [
        {
          path: 'Patient.name',
          name: 'name',
          value: null,
          isHidden: true,
          isOfWhole: false,
          sources: ['PID-5[1].2', 'ClinicalDocument/recordTarget/patientRole/patient/name'],
        },
      ],
    },
  ],
  unplaced: [{ element: 'Provenance.occurred', sources: ['ClinicalDocument/author/time/@value'] }],
  unread: ['PID-8', 'ClinicalDocument/component/structuredBody/component/section/entry'],
}

describe('lineage both ways', () => {
  const links = linksOf(made)

  it('a path stands for everything below it', () => {
    expect(aboveOf('PID-5[1].2')).toEqual(['PID-5[1].2', 'PID-5[1]', 'PID-5'])
    expect(aboveOf('ClinicalDocument/id[2]/@root')).toEqual([
      'ClinicalDocument/id[2]/@root',
      'ClinicalDocument/id[2]',
      'ClinicalDocument/id',
      'ClinicalDocument',
    ])
  })

  it('an element lights its source fields, and what stands below them', () => {
    const chosen = { side: 'element', key: 'Patient/1 name', sources: made.resources[0]?.elements[0]?.sources ?? [] } as const
    const lit = ['PID-5[1].2', 'PID-5[1].1', 'ClinicalDocument/recordTarget/patientRole/patient/name/given[2]/@qualifier', 'PID-8'].filter(path =>
      links.isSourceLit(path, chosen),
    )
    expect(lit).toEqual(['PID-5[1].2', 'ClinicalDocument/recordTarget/patientRole/patient/name/given[2]/@qualifier'])
  })

  it('a source field lights what became of it, and nothing else', () => {
    const sources = made.resources[0]?.elements[0]?.sources ?? []
    expect(links.isElementLit('Patient/1 name', sources, { side: 'source', path: 'PID-5[1].2' })).toBe(true)
    expect(links.isElementLit('Patient/1 name', sources, { side: 'source', path: 'PID-8' })).toBe(false)
  })

  it('what was not read is told from what was, also within an entry', () => {
    expect(links.isUnread('PID-8')).toBe(true)
    expect(links.isUnread('ClinicalDocument/component/structuredBody/component/section/entry/observation/value/@value')).toBe(true)
    expect(links.isUsed('ClinicalDocument/author/time/@value')).toBe(true)
    expect(links.isUnread('PID-5[1].2')).toBe(false)
  })
})
