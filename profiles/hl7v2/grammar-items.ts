/*
  What a segment grammar is written with: one segment or a group of them, needed or not, once or more.
*/

export type Item = { name: string; min: 0 | 1; many: boolean } | { group: readonly Item[]; min: 0 | 1; many: boolean }

export const one = (name: string): Item => ({ name, min: 1, many: false })
export const maybe = (name: string): Item => ({ name, min: 0, many: false })
export const any = (name: string): Item => ({ name, min: 0, many: true })
export const anyOf = (...group: Item[]): Item => ({ group, min: 0, many: true })
export const someOf = (...group: Item[]): Item => ({ group, min: 1, many: true })
