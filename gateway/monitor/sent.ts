/*
  What the API answers, as whoever asked reads it: JSON knows no dates.
*/
export type Sent<T> = T extends Date ? string : T extends readonly (infer One)[] ? Sent<One>[] : T extends object ? { [Key in keyof T]: Sent<T[Key]> } : T
