/*
  The members of IHE_XDM.ZIP, in order; names are upper case 8.3. The mail connector zips them.
    INDEX.HTM  README.TXT  IHE_XDM/SUBSET01/METADATA.XML  IHE_XDM/SUBSET01/DOC00001.XML (the CDA as received)
*/
import type { Finding } from '../mapper.ts'
import { type MetadataInput, mapDocumentToMetadata } from './metadata.ts'

export interface ArchiveMember {
  path: string
  bytes: Uint8Array
}

export interface ArchiveInput extends Omit<MetadataInput, 'uri'> {
  product: Product
}

/** What the archive and the mail say of their maker. */
export interface Product {
  name: string
  version: string
  /** Who answers for it: an address or a site. */
  contact: string
}

const SUBSET = 'IHE_XDM/SUBSET01'
const DOCUMENT = 'DOC00001.XML'

/**
 * Builds the archive of one document.
 * Spec: IHE ITI TF-2 3.32.4.1.2 (file names and folders), CI-SIS "Échange de documents de santé".
 */
export function mapDocumentToArchive(input: ArchiveInput): { output: ArchiveMember[]; findings: Finding[] } {
  const { output: metadata, findings } = mapDocumentToMetadata({ ...input, uri: DOCUMENT })
  const members = [
    { path: 'INDEX.HTM', bytes: encode(indexPage(input)) },
    { path: 'README.TXT', bytes: encode(readme(input)) },
    { path: `${SUBSET}/METADATA.XML`, bytes: encode(metadata) },
    { path: `${SUBSET}/${DOCUMENT}`, bytes: input.document },
  ]
  return { output: members, findings }
}

function indexPage({ header, transmission }: ArchiveInput): string {
  const type = escapeHtml(header.code.display ?? transmission.documentType.display)
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML Basic 1.0//EN" "http://www.w3.org/TR/xhtml-basic/xhtml-basic10.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="fr">
<head><title>Documents de santé</title></head>
<body>
<h1>Documents de santé</h1>
<ul><li><a href="${SUBSET}/${DOCUMENT}">${type}</a> (<a href="${SUBSET}/METADATA.XML">métadonnées</a>)</li></ul>
<p><a href="README.TXT">À propos de cette archive</a></p>
</body>
</html>
`
}

/** ASCII, so that any reader shows it. */
function readme({ product }: ArchiveInput): string {
  const lines = [
    'Archive IHE XDM',
    '',
    `Produit : ${product.name} ${product.version}`,
    `Contact : ${product.contact}`,
    '',
    'INDEX.HTM : page de lecture',
    `${SUBSET}/METADATA.XML : metadonnees XDS`,
    `${SUBSET}/${DOCUMENT} : document CDA R2`,
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

function escapeHtml(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cs}]/gu, ' ')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
}
