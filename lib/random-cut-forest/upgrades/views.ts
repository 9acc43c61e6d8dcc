import { endOf, type Section, type View } from '../layout';

/** The sections of a snapshot by name. @param alignment bytes; each section begins at a multiple of it */
export function viewsOf(
  data: ArrayBuffer,
  sections: readonly Section[],
  alignment: number,
): Map<string, InstanceType<View>> {
  const views = new Map<string, InstanceType<View>>();
  let offset = 0;
  for (const section of sections) {
    const [name, View, length] = section;
    views.set(name, new View(data, offset, length));
    offset = endOf(section, offset, alignment);
  }
  return views;
}
