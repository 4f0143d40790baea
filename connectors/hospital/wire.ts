/*
  MLLP framing, linear in the bytes that come, whatever they are and wherever they are cut.
    frame => <VT> message <FS> <CR>
  Bytes outside a frame are skipped, the CR behind FS with them. A VT inside a frame means that its rest was lost: a new one begins.
*/

const VT = 0x0b
const FS = 0x1c
const CR = 0x0d
/** What is kept of a message that is too large: enough to answer it. */
const HEAD_BYTES = 65_536
/** Smaller pieces are joined: a sender that writes byte by byte would make the hub hold four hundred bytes for each. */
const JOINED_BYTES = 65_536

export interface HospitalPayload {
  host: string
  port: number
  /** Over TLS, with the certificate and authorities of the configuration. */
  tls?: boolean
  /** ER7; the same bytes on every attempt. */
  message: Uint8Array
}

export interface Frame {
  bytes: Uint8Array
  /** too_large: `bytes` are its beginning, the rest is skipped; cut: another frame began inside it. */
  fault?: 'too_large' | 'cut'
}

export class Framer {
  readonly #maxBytes: number
  #chunks: Buffer[] = []
  #size = 0
  #state: 'outside' | 'inside' | 'skipping' = 'outside'

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** Bytes held of a frame that is not complete. */
  get pending(): number {
    return this.#size
  }

  /** Takes what came; gives the frames that are complete with it, in order. A large chunk is kept by reference until then. */
  push(chunk: Buffer): Frame[] {
    const frames: Frame[] = []
    let fs = -1
    for (let at = 0; at < chunk.length; ) {
      // looked for once, however many frames begin before it
      if (fs < at) fs = placeOf(FS, chunk, at)
      at = this.#state === 'outside' ? this.#enter(chunk, at) : at + this.#advance(chunk.subarray(at, fs), fs < chunk.length, frames) + 1
    }
    return frames
  }

  #enter(chunk: Buffer, at: number): number {
    const start = placeOf(VT, chunk, at)
    if (start < chunk.length) this.#state = 'inside'
    return start + 1
  }

  /** In: what comes before FS, or before the end of the chunk. Out: how much of it was taken, up to its end or a VT. */
  #advance(rest: Buffer, isEnded: boolean, frames: Frame[]): number {
    const vt = placeOf(VT, rest, 0)
    this.#keep(rest.subarray(0, vt), frames)
    if (vt < rest.length) this.#restart(frames)
    else if (isEnded) this.#finish(frames)
    return vt
  }

  #keep(part: Buffer, frames: Frame[]): void {
    if (this.#state !== 'inside' || part.length === 0) return
    this.#hold(part)
    this.#size += part.length
    if (this.#size <= this.#maxBytes) return
    frames.push({ bytes: this.#taken(HEAD_BYTES), fault: 'too_large' })
    this.#state = 'skipping'
  }

  /** Each piece but the large ones is longer than the next: there are few, and a byte is copied some sixteen times at most. */
  #hold(part: Buffer): void {
    let last = part
    for (let before = this.#chunks.at(-1); before !== undefined && before.length <= last.length && last.length < JOINED_BYTES; before = this.#chunks.at(-1)) {
      this.#chunks.pop()
      last = Buffer.concat([before, last])
    }
    this.#chunks.push(last)
  }

  #finish(frames: Frame[]): void {
    if (this.#state === 'inside') frames.push({ bytes: this.#taken() })
    this.#state = 'outside'
  }

  #restart(frames: Frame[]): void {
    if (this.#state === 'inside' && this.#size > 0) frames.push({ bytes: this.#taken(), fault: 'cut' })
    this.#state = 'inside'
  }

  #taken(most = this.#size): Buffer {
    const [first] = this.#chunks
    const whole = this.#chunks.length === 1 && first !== undefined ? first.subarray(0, most) : Buffer.concat(this.#chunks, Math.min(most, this.#size))
    this.#chunks = []
    this.#size = 0
    return whole
  }
}

/** The end of the chunk where there is none. */
function placeOf(byte: number, chunk: Buffer, from: number): number {
  const at = chunk.indexOf(byte, from)
  return at < 0 ? chunk.length : at
}

/** A message in its frame. */
export function frame(message: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(VT), message, Buffer.of(FS, CR)])
}
