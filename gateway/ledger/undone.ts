/*
  A transaction that leaves nothing behind: what would happen is done, looked at, and undone.
*/
import type { Db, Tx } from './db.ts'

class Undone<T> extends Error {
  readonly result: T
  constructor(result: T) {
    super('undone')
    this.result = result
  }
}

export async function undone<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  try {
    await db.tx(async tx => {
      throw new Undone(await work(tx))
    })
  } catch (error) {
    if (error instanceof Undone) return error.result as T
    throw error
  }
  throw new Error('a transaction that throws has not ended')
}
