import { describe, expect, it } from 'vitest'
import { carry, transferable, unpack } from '../../../gateway/workers/boundary.ts'
import { HubError } from '../../../profiles/errors.ts'

const cross = async <T>(work: () => T): Promise<T> => unpack(structuredClone(await carry(work)))

describe('the thread boundary', () => {
  it('keeps code, path, dependency and reply of a HubError', async () => {
    const thrown = cross(() => {
      throw new HubError('document.header', { path: 'ClinicalDocument/author' })
    })
    await expect(thrown).rejects.toBeInstanceOf(HubError)
    await expect(thrown).rejects.toMatchObject({ code: 'document.header', path: 'ClinicalDocument/author', kind: 'reject' })
    await expect(
      cross(() => {
        throw new HubError('mssante.deferred', { reply: '452', dependency: 'mail' })
      }),
    ).rejects.toMatchObject({ reply: '452', dependency: 'mail' })
  })

  it('makes anything else a defect of ours, without the text of the error, which may hold a value', async () => {
    const thrown = await cross(() => JSON.parse('{"family":"EXEMPLE"')).then(
      () => undefined,
      (error: unknown) => error as HubError,
    )
    expect(thrown).toMatchObject({ code: 'hub.defect', cause: { name: 'SyntaxError' } })
    const cause = thrown?.cause as Error | undefined
    expect(String(cause?.stack)).not.toContain('EXEMPLE')
  })

  it('moves large buffers of their own and copies those that share a pool', () => {
    const large = new Uint8Array(100_000)
    const pooled = Buffer.from('small')
    expect(transferable({ value: { entries: [{ json: large }, { json: pooled }, { json: large }] } })).toEqual([large.buffer])
    expect(transferable({ value: { part: large.subarray(10) } })).toEqual([])
  })
})
