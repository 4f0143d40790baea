import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import ts from 'typescript'
import { expect, it } from 'vitest'

// A prepared statement is known to its connection by its name: two of one name fail, each on the connections where the other came first.

const gateway = resolve(import.meta.dirname, '../../../gateway')

/** Name, and text as it is written there, of each statement that says its name. */
function namedStatements(file: string): [name: string, text: string][] {
  const found: [string, string][] = []
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression) && node.expression.name.text === 'query') {
      const [text, , name] = node.arguments
      if (text !== undefined && name !== undefined && ts.isStringLiteral(name)) found.push([name.text, `${text.getText()} in ${file}`])
    }
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true))
  return found
}

it('no two prepared statements have one name', () => {
  const files = readdirSync(gateway, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts') && !file.includes('web/'))
  const texts = new Map<string, Set<string>>()
  for (const [name, text] of files.flatMap(file => namedStatements(join(gateway, file)))) texts.set(name, (texts.get(name) ?? new Set()).add(text))
  expect(texts.size).toBeGreaterThan(90)
  expect([...texts].filter(([, of]) => of.size > 1).map(([name]) => name)).toEqual([])
})
