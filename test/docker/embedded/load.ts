/*
  Loads a module of docker/embedded, which is plain JavaScript, under the type a test gives it.
*/
export async function load<Module>(path: string): Promise<Module> {
  return (await import(new URL(`../../../docker/embedded/${path}`, import.meta.url).href)) as Module
}
