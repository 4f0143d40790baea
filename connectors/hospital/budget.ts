/*
  The bytes that all connections may hold together. A connection is read on only while there is room; the one that holds most may always go on,
  so that messages received in part cannot block each other; but whoever waits for it too long has it give up what it holds.
*/

export interface Holder {
  /** The others have waited long enough: lets go what it holds, unless that is being answered. */
  giveUp(): void
}

export class Budget {
  readonly #limit: number
  readonly #held = new Map<Holder, number>()
  #total = 0
  #waiting: (() => void)[] = []

  constructor(limit: number) {
    this.#limit = limit
  }

  get total(): number {
    return this.#total
  }

  /** Says how many bytes the holder holds now. */
  hold(holder: Holder, bytes: number): void {
    const before = this.#held.get(holder) ?? 0
    const wasMost = bytes < before && this.#most() === holder
    this.#total += bytes - before
    if (bytes === 0) this.#held.delete(holder)
    else this.#held.set(holder, bytes)
    if (wasMost || (bytes < before && this.#total <= this.#limit)) this.#wake()
  }

  /** Resolves once the holder may take more. */
  async room(holder: Holder, patienceMs: number): Promise<void> {
    while (this.#total > this.#limit && this.#most() !== holder) {
      const timer = setInterval(() => this.#most()?.giveUp(), patienceMs)
      await new Promise<void>(resolve => this.#waiting.push(resolve))
      clearInterval(timer)
    }
  }

  #wake(): void {
    const woken = this.#waiting
    this.#waiting = []
    for (const wake of woken) wake()
  }

  #most(): Holder | undefined {
    let most: Holder | undefined
    let bytes = -1
    for (const [other, held] of this.#held) {
      if (held <= bytes) continue
      most = other
      bytes = held
    }
    return most
  }
}
