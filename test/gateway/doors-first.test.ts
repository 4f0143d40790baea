import { describe, expect, it } from 'vitest'
import { createDoorsFirst } from '../../gateway/doors-first.ts'

describe('doors first', () => {
  it('nobody waits while no message is in hand', async () => {
    await createDoorsFirst(60_000).stepBack()
  })

  it('work goes on when the last message is answered, not before', async () => {
    const doors = createDoorsFirst(60_000)
    const [first, second] = [doors.arrived(), doors.arrived()]
    let went = false
    const work = doors.stepBack().then(() => {
      went = true
    })
    first()
    first()
    await Promise.resolve()
    expect(went).toBe(false)
    second()
    await work
    expect(went).toBe(true)
  })

  it('and also while messages never cease, after the longest time', async () => {
    const doors = createDoorsFirst(10)
    doors.arrived()
    await doors.stepBack()
  })
})
