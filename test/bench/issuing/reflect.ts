/** Of the proposal "Metadata Reflection", what @peculiar/x509 is loaded with; the package that it asks for is not here. */
type Class = object;
const metadata = new WeakMap<Class, Map<unknown, unknown>>();

const getOwnMetadata = (key: unknown, target: Class): unknown => metadata.get(target)?.get(key);

function getMetadata(key: unknown, target: Class): unknown {
  for (let at: Class | null = target; at !== null; at = Object.getPrototypeOf(at)) {
    if (metadata.get(at)?.has(key)) return getOwnMetadata(key, at);
  }
  return undefined;
}

function defineMetadata(key: unknown, value: unknown, target: Class): void {
  const known = metadata.get(target) ?? new Map<unknown, unknown>();
  metadata.set(target, known.set(key, value));
}

Object.assign(Reflect, { getOwnMetadata, getMetadata, defineMetadata });
