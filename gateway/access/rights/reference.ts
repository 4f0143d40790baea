/*
  References into the store, as rows and decisions name them.
*/

/** `Type/<id>`, whatever version it names; undefined for what leads nowhere in the store. */
export function storedReference(reference: string | undefined): string | undefined {
  return /^[A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64}(?=$|\/_history\/)/.exec(reference ?? '')?.[0]
}
