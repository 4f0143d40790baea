/*
  A base backup of a PostgreSQL cluster while it runs, by its own replication protocol: every database at one moment, as a tar that starts again as after a crash.
    BASE_BACKUP (…) => row: start   rows: tablespaces   CopyOut: 'n' name NUL path NUL | 'd' bytes | 'p' progress | 'm' manifest …   row: end
    Spec: PostgreSQL, Streaming Replication Protocol, BASE_BACKUP.
*/
import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { PassThrough } from 'node:stream'
import { createGzip } from 'node:zlib'
import pg from 'pg'

const COMMAND = "BASE_BACKUP (LABEL 'hub backup', CHECKPOINT 'fast', WAL true, MANIFEST 'no')"
const [NEW_ARCHIVE, CONTENT] = ['n', 'd'].map(letter => letter.charCodeAt(0))

/**
 * In:     a role that may replicate; where the tar goes, compressed.
 * Out:    the position in the log at which the copy is whole.
 * Throws: what PostgreSQL says, and a second tablespace, which the hub never makes.
 */
export async function baseBackup(connection, path) {
  const client = new pg.Client({ ...connection, replication: 'true', connectionTimeoutMillis: 10_000 })
  client.on('error', () => undefined)
  await client.connect()
  try {
    const tar = new PassThrough({ highWaterMark: 4 << 20 })
    const kept = pipeline(tar, createGzip({ level: 1 }), createWriteStream(path, { mode: 0o600, flush: true }))
    // Told below; here only so that neither of the two is left unheard when the other fails first.
    kept.catch(() => undefined)
    const end = await copy(client, tar).catch(error => {
      tar.destroy(error)
      throw error
    })
    await kept
    return end
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** The driver knows no CopyOut of its own: this is a query in its eyes. Out: the last row's first column, the end of the copy. */
function copy(client, tar) {
  return new Promise((resolve, reject) => {
    let [end, archives] = [undefined, 0]
    client.query({
      submit: connection => connection.query(COMMAND),
      handleRowDescription: () => undefined,
      handleDataRow: ({ fields }) => {
        end = fields[0]
      },
      handleCopyData({ chunk }, connection) {
        if (chunk[0] === NEW_ARCHIVE) archives += 1
        if (chunk[0] !== CONTENT) return
        // The disk may be slower than the server: then the server waits.
        if (tar.write(Buffer.from(chunk.subarray(1))) || connection.stream.isPaused()) return
        connection.stream.pause()
        tar.once('drain', () => connection.stream.resume())
      },
      handleCommandComplete: () => undefined,
      handleEmptyQuery: () => undefined,
      handleError: error => reject(error),
      handleReadyForQuery() {
        if (archives !== 1) return reject(new Error(`${archives} tablespaces: only a cluster without tablespaces of its own is copied`))
        tar.end()
        resolve(end)
      },
    })
    tar.once('error', reject)
  })
}
