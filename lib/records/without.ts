/** A shallow copy of an object without some of its properties. */
export function without<T extends object, K extends string>(object: T, ...names: K[]): Omit<T, K> {
  const copy = { ...object };
  for (const name of names) Reflect.deleteProperty(copy, name);
  return copy;
}
