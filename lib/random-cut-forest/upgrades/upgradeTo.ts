import { checksum } from '../checksum';
import { endOf, headerOf, lengthOf, type Section, type Version, type View } from '../layout';
import type { ForestOptions } from '../options';

type Views = ReadonlyMap<string, InstanceType<View>>;

/** The sections of two versions of a snapshot, by name. */
export interface Change {
  readonly old: Views;
  readonly next: Views;
  readonly options: ForestOptions;
  readonly rows: number;
}

/** How sections lie, without what is done with them. */
type Layout = Pick<Version, 'alignment' | 'sections'>;

/**
 * Makes a snapshot one of the next version. What has the same name in both is copied, however wide its numbers are.
 * @param anew sections that are not copied
 * @param change does the rest
 */
export function upgradeTo(
  version: number,
  to: Layout,
  from: Layout,
  snapshot: ArrayBuffer,
  anew: readonly string[],
  change: (change: Change) => void,
): ArrayBuffer {
  const { options, rows } = headerOf(snapshot);
  const sections = to.sections(options, rows);
  const upgraded = new ArrayBuffer(lengthOf(sections, to.alignment));
  const old = viewsOf(snapshot, from.sections(options, rows), from.alignment);
  const next = viewsOf(upgraded, sections, to.alignment);
  for (const [name, view] of old) if (!anew.includes(name)) next.get(name)?.set(view);
  change({ old, next, options, rows });
  const header = next.get('header')!;
  header[1] = version;
  header[2] = checksum(new Uint32Array(upgraded));
  return upgraded;
}

function viewsOf(data: ArrayBuffer, sections: readonly Section[], alignment: number): Views {
  const views = new Map<string, InstanceType<View>>();
  let offset = 0;
  for (const section of sections) {
    const [name, View, length] = section;
    views.set(name, new View(data, offset, length));
    offset = endOf(section, offset, alignment);
  }
  return views;
}
