/*
  A one-page PDF of plain lines, the same bytes for the same lines: the copy inside the demo letter.
*/

const PAGE = { width: 595, height: 842, left: 56, top: 780, leading: 16 }

/**
 * Writes the lines on one A4 page in Helvetica.
 * In:  lines of Latin-1 text; line breaks are the caller's.
 * Out: the bytes of a PDF 1.4.
 */
export function writePlainPdf(title: string, lines: readonly string[]): Uint8Array {
  const content = pageContent(lines)
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${PAGE.width} ${PAGE.height}] /Resources << /Font << /F1 4 0 R >> >> /Contents 5 0 R >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    `<< /Title (${escapeText(title)}) >>`,
  ]
  const parts = ['%PDF-1.4\n']
  const offsets: number[] = []
  let length = parts[0]?.length ?? 0
  for (const [index, body] of objects.entries()) {
    offsets.push(length)
    const part = `${index + 1} 0 obj\n${body}\nendobj\n`
    parts.push(part)
    length += part.length
  }
  const rows = offsets.map(offset => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  parts.push(`xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}`)
  parts.push(`trailer\n<< /Size ${objects.length + 1} /Root 1 0 R /Info 6 0 R >>\nstartxref\n${length}\n%%EOF\n`)
  // Latin-1: one character is one byte, so the offsets counted in characters are offsets in bytes.
  return Buffer.from(parts.join(''), 'latin1')
}

function pageContent(lines: readonly string[]): string {
  const shown = lines.map(line => `(${escapeText(line)}) Tj T*`).join('\n')
  return `BT\n/F1 11 Tf\n${PAGE.leading} TL\n${PAGE.left} ${PAGE.top} Td\n${shown}\nET`
}

function escapeText(text: string): string {
  return text.replace(/[\\()]/g, character => `\\${character}`)
}
