/*
  The bytes that all connections may hold together. A connection is read on only while there is room; the one that holds most may always go on,
  so that messages received in part cannot block each other.
*/

export class Budget {
  readonly #limit: number
  readonly #held = new Map<object, number>()
  #total = 0
  #waiting: (() => void)[] = []

  constructor(limit: number) {
    this.#limit = limit
  }

  get total(): number {
    return this.#total
  }

  /** Says how many bytes the holder holds now. */
  hold(holder: object, bytes: number): void {
    const before = this.#held.get(holder) ?? 0
    this.#total += bytes - before
    if (bytes === 0) this.#held.delete(holder)
    else this.#held.set(holder, bytes)
    if (bytes < before) this.#wake()
  }

  /** Resolves once the holder may take more. */
  async room(holder: object): Promise<void> {
    while (this.#total > this.#limit && !this.#holdsMost(holder)) await new Promise<void>(resolve => this.#waiting.push(resolve))
  }

  #wake(): void {
    const woken = this.#waiting
    this.#waiting = []
    for (const wake of woken) wake()
  }

  #holdsMost(holder: object): boolean {
    let most: object | undefined
    let bytes = -1
    for (const [other, held] of this.#held) {
      if (held <= bytes) continue
      most = other
      bytes = held
    }
    return most === holder
  }
}
