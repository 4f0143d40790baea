/*
  Holds the reports that are still to be sent, on disk, and sends each when it is due.

    <dataDir>/reports/<digest>.json     removed once the report is in the mailbox of the sender
*/
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { DeliveryReport } from './dsn.ts'
import { makeFolder, writeDurably } from './durable.ts'

const RETRY_MS = 1000

export class Reports {
  readonly #folder: string
  readonly #deliver: (report: DeliveryReport) => Promise<void>
  readonly #timers = new Set<NodeJS.Timeout>()

  private constructor(folder: string, deliver: (report: DeliveryReport) => Promise<void>) {
    this.#folder = folder
    this.#deliver = deliver
  }

  /** Opens the folder and takes up what an earlier run left. */
  static async open(dataDir: string, deliver: (report: DeliveryReport) => Promise<void>): Promise<Reports> {
    const reports = new Reports(join(dataDir, 'reports'), deliver)
    await makeFolder(reports.#folder)
    for (const name of await readdir(reports.#folder)) {
      if (!name.endsWith('.json')) continue
      const path = join(reports.#folder, name)
      reports.#schedule(path, JSON.parse(await readFile(path, 'utf8')) as DeliveryReport)
    }
    return reports
  }

  /** Resolves once the report cannot be lost any more. */
  async promise(report: DeliveryReport): Promise<void> {
    const path = join(this.#folder, `${report.id.split('@')[0]}.json`)
    await writeDurably(path, JSON.stringify(report))
    this.#schedule(path, report)
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer)
  }

  #schedule(path: string, report: DeliveryReport, delayMs = new Date(report.dueAt).getTime() - Date.now()): void {
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer)
        this.#send(path, report).catch(() => this.#schedule(path, report, RETRY_MS))
      },
      Math.max(0, delayMs),
    )
    this.#timers.add(timer)
  }

  async #send(path: string, report: DeliveryReport): Promise<void> {
    await this.#deliver(report)
    await rm(path, { force: true })
  }
}
