/*
  The members of IHE_XDM.ZIP, in order; names are upper case 8.3. The mail connector zips them.
    INDEX.HTM  README.TXT  IHE_XDM/SUBSET01/METADATA.XML  IHE_XDM/SUBSET01/DOC00001.XML … (the CDA as received)
*/
import type { Finding } from '../mapper.ts'
import { mapDocumentToMetadata } from './metadata.ts'
import type { MetadataInput, SubmittedDocument } from './submission.ts'
import { escapeXml } from './ebrim.ts'

export interface ArchiveMember {
  path: string
  bytes: Uint8Array
}

export interface ArchiveInput extends Omit<MetadataInput, 'documents'> {
  documents: readonly [ArchivedDocument, ...ArchivedDocument[]]
  product: Product
}

export type ArchivedDocument = Omit<SubmittedDocument, 'uri'>

/** What the archive and the mail say of their maker. */
export interface Product {
  name: string
  version: string
  /** Who answers for it: an address or a site. */
  contact: string
}

const SUBSET = 'IHE_XDM/SUBSET01'
const nameOf = (at: number): string => `DOC${String(at + 1).padStart(5, '0')}.XML`

/**
 * Builds the archive of a document, or of the two formats of one.
 * Spec: IHE ITI TF-2 3.32.4.1.2 (file names and folders), CI-SIS "Échange de documents de santé".
 */
export function mapDocumentToArchive(input: ArchiveInput): { output: ArchiveMember[]; findings: Finding[] } {
  const [first, ...more] = input.documents
  const named = (one: ArchivedDocument, at: number): SubmittedDocument => ({ ...one, uri: nameOf(at) })
  const documents: MetadataInput['documents'] = [named(first, 0), ...more.map((one, at) => named(one, at + 1))]
  const { output: metadata, findings } = mapDocumentToMetadata({ ...input, documents })
  const members = [
    { path: 'INDEX.HTM', bytes: encode(indexPage(input, documents)) },
    { path: 'README.TXT', bytes: encode(readme(input, documents)) },
    { path: `${SUBSET}/METADATA.XML`, bytes: encode(metadata) },
    ...documents.map(({ uri, document }) => ({ path: `${SUBSET}/${uri}`, bytes: document })),
  ]
  return { output: members, findings }
}

function indexPage({ transmission }: ArchiveInput, documents: MetadataInput['documents']): string {
  const items = documents.map(({ header, uri }) => {
    const type = escapeXml(header.code.display ?? transmission.documentType.display)
    return `<li><a href="${SUBSET}/${uri}">${type}</a> (<a href="${SUBSET}/METADATA.XML">métadonnées</a>)</li>`
  })
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML Basic 1.0//EN" "http://www.w3.org/TR/xhtml-basic/xhtml-basic10.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="fr">
<head><title>Documents de santé</title></head>
<body>
<h1>Documents de santé</h1>
<ul>${items.join('')}</ul>
<p><a href="README.TXT">À propos de cette archive</a></p>
</body>
</html>
`
}

/** ASCII, so that any reader shows it. */
function readme({ product }: ArchiveInput, documents: MetadataInput['documents']): string {
  const lines = [
    'Archive IHE XDM',
    '',
    `Produit : ${product.name} ${product.version}`,
    `Contact : ${product.contact}`,
    '',
    'INDEX.HTM : page de lecture',
    `${SUBSET}/METADATA.XML : metadonnees XDS`,
    ...documents.map(({ uri }) => `${SUBSET}/${uri} : document CDA R2`),
    '',
  ]
  return lines
    .join('\r\n')
    .normalize('NFD')
    .replace(/[^\r\n\x20-\x7e]/g, '')
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
