/*
  Writes files so that they are there after a power cut: content, then name, both flushed.
*/
import { mkdir, open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'

let serial = 0

export async function writeDurably(path: string, content: Uint8Array | string): Promise<void> {
  const draft = `${path}.${process.pid}-${++serial}.draft`
  const file = await open(draft, 'w')
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(draft, path)
  await flushFolder(dirname(path))
}

export async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true })
  if (first !== undefined) await flushFolder(dirname(first))
}

async function flushFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
