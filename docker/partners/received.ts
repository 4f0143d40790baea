/*
  Keeps what a stand-in has received: one JSON line each, flushed before the sender is answered, so that a restart shows the same list.
*/
import { type FileHandle, mkdir, open, readFile, truncate } from 'node:fs/promises'
import { dirname } from 'node:path'

export class Received {
  readonly #file: FileHandle
  readonly #path: string
  #last: Promise<void> = Promise.resolve()

  private constructor(path: string, file: FileHandle) {
    this.#path = path
    this.#file = file
  }

  static async open(path: string): Promise<Received> {
    await mkdir(dirname(path), { recursive: true })
    const file = await open(path, 'a')
    // a kill in the middle of a line leaves half of it: nobody was answered for that one
    const bytes = await readFile(path)
    await truncate(path, bytes.lastIndexOf('\n') + 1)
    return new Received(path, file)
  }

  /** Resolves once the entry is on disk. Entries keep the order of the calls. */
  async add(entry: unknown): Promise<void> {
    const line = `${JSON.stringify(entry)}\n`
    const written = this.#last.then(async () => {
      await this.#file.write(line)
      await this.#file.datasync()
    })
    this.#last = written.catch(() => undefined)
    await written
  }

  /** Those whose JSON text holds `text` (all that were received hold ''), as a JSON array, oldest first. */
  async asJson(text: string): Promise<string> {
    await this.#last
    const lines = (await readFile(this.#path, 'utf8')).split('\n').filter(line => line !== '' && line.includes(text))
    return `[${lines.join(',')}]`
  }

  async close(): Promise<void> {
    await this.#last
    await this.#file.close()
  }
}
