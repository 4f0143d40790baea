/*
  Reads an answer of somebody else to its end, if it comes within a mebibyte: many times what any of them has to say.
*/

const MOST_BYTES = 1 << 20

/** Out: undefined for what is longer; the rest is not read. */
export async function wholeAnswer(body: AsyncIterable<Uint8Array>): Promise<Buffer<ArrayBuffer> | undefined> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > MOST_BYTES) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
