import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Budget } from '../../../connectors/hospital/budget.ts'
import { type Frame, Framer, frame } from '../../../connectors/hospital/wire.ts'

const told = (frames: Frame[]) => frames.map(({ bytes, fault }) => `${fault ?? ''}:${Buffer.from(bytes).toString('latin1')}`)

/** Pushes the bytes cut at these places. */
function pushed(bytes: Buffer, cuts: number[], maxBytes = 1000): string[] {
  const framer = new Framer(maxBytes)
  const places = [0, ...cuts.map(cut => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  return places.slice(1).flatMap((end, at) => told(framer.push(bytes.subarray(places[at], end))))
}

describe('MLLP framing', () => {
  const text = fc.uint8Array({ maxLength: 40 }).map(bytes => Buffer.from(bytes.filter(byte => byte !== 0x0b && byte !== 0x1c)))
  const noise = fc.uint8Array({ maxLength: 10 }).map(bytes => Buffer.from(bytes.filter(byte => byte !== 0x0b)))

  it('any cut of any frames, with any noise before them, gives the same messages', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(noise, text)), fc.array(fc.nat()), (messages, cuts) => {
        const bytes = Buffer.concat(messages.flatMap(([before, message]) => [before, frame(message)]))
        expect(pushed(bytes, cuts)).toEqual(messages.map(([, message]) => `:${message.toString('latin1')}`))
      }),
      { numRuns: 500 },
    )
  })

  it('beginnings without end cost about their number, not its square', () => {
    // In the square of it this takes minutes, longer than a test may.
    expect(new Framer(1 << 20).push(Buffer.alloc(1 << 22, 0x0b))).toEqual([])
  })

  it('a message that comes byte by byte costs about its size, and is whole', () => {
    const held = () => process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers
    const framer = new Framer(1_000_000)
    const bytes = Buffer.from(Array.from({ length: 600_000 }, (_, at) => 0x20 + (at % 90)))
    const before = held()
    framer.push(Buffer.of(0x0b))
    // Each byte in memory of its own, as it comes from a socket.
    for (const byte of bytes) framer.push(Buffer.from(new Uint8Array([byte]).buffer))
    expect(held() - before).toBeLessThan(80_000_000)
    const [one] = framer.push(Buffer.of(0x1c))
    expect(bytes.equals(one?.bytes ?? Buffer.alloc(0))).toBe(true)
  })

  it('any cut of any bytes gives the same frames', () => {
    const bytes = fc.uint8Array({ maxLength: 200 }).map(noisy => Buffer.from(noisy.map(byte => (byte < 40 ? 0x0b : byte < 80 ? 0x1c : byte))))
    fc.assert(
      fc.property(bytes, fc.array(fc.nat()), fc.integer({ min: 1, max: 50 }), (all, cuts, most) => {
        expect(pushed(all, cuts, most).map(short)).toEqual(pushed(all, [], most).map(short))
      }),
      { numRuns: 500 },
    )
    // Where exactly a message is found too large depends on the packets; that it is, does not.
    function short(line: string): string {
      return line.startsWith('too_large') ? 'too_large' : line
    }
  })

  it('a frame without the CR behind FS is complete, and the next one is found', () => {
    expect(pushed(Buffer.from('\u000ba\u001c\u000bb\u001c\r'), [])).toEqual([':a', ':b'])
  })

  it('a frame that begins inside another cuts it', () => {
    expect(pushed(Buffer.from('\u000bone\u000btwo\u001c\r'), [])).toEqual(['cut:one', ':two'])
  })

  it('a message too large is told at once, its rest skipped without being kept, the next one read', () => {
    const framer = new Framer(1000)
    expect(told(framer.push(Buffer.from(`\u000bMSH|${'x'.repeat(2000)}`)))[0]?.slice(0, 14)).toBe('too_large:MSH|')
    expect(framer.push(Buffer.alloc(1_000_000, 0x41))).toEqual([])
    expect(framer.pending).toBe(0)
    expect(told(framer.push(Buffer.from('\u001c\r\u000bnext\u001c\r')))).toEqual([':next'])
  })

  it('many small packets cost no more than one large one', () => {
    const framer = new Framer(10_000_000)
    const bytes = frame(Buffer.alloc(2_000_000, 0x41))
    let frames: Frame[] = []
    for (let at = 0; at < bytes.length; at += 10) frames = frames.concat(framer.push(bytes.subarray(at, at + 10)))
    expect(frames.map(one => one.bytes.length)).toEqual([2_000_000])
  })
})

describe('the budget of bytes', () => {
  it('makes wait who comes too late, but never the one that holds most', async () => {
    const budget = new Budget(100)
    const [large, small] = [{ giveUp: () => undefined }, { giveUp: () => undefined }]
    const seen: string[] = []
    budget.hold(large, 90)
    budget.hold(small, 20)
    await budget.room(large, 60_000)
    const waiting = budget.room(small, 60_000).then(() => seen.push('small'))
    await new Promise(resolve => setImmediate(resolve))
    expect(seen).toEqual([])
    budget.hold(large, 150)
    await budget.room(large, 60_000)
    budget.hold(large, 0)
    await waiting
    expect([seen, budget.total]).toEqual([['small'], 20])
  })
})
