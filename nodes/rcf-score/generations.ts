import type { PartChange } from '../../lib/delivery/checkpoint/Keeping';
import { partName, putOf, type Generation, type SavedSeries } from './parts';
import { changesOf, type Shape, type ShapeChange } from './shape';

/** What became of the models that were saved. */
export type Found =
  | { readonly models: 'kept'; readonly count: number }
  /** they were learned with other settings, and wait for those to come back */
  | { readonly models: 'set-aside'; readonly count: number; readonly changes: readonly ShapeChange[] }
  /** those that an earlier change of settings had set aside fit again */
  | { readonly models: 'taken-back'; readonly count: number };

/** How a node goes on from what was saved. */
interface Settled {
  readonly found: Found;
  /** the models that fit the settings, the one used longest ago first */
  readonly now: readonly SavedSeries[];
  /** whether they were not those that learned last */
  readonly isExchanged: boolean;
  /** what that means to the checkpoints, apart from the parts of `now` */
  readonly changes: readonly PartChange[];
}

/**
 * Finds the models of these settings. Changed settings that make other models of them do not destroy what was learned:
 * the models are set aside, one generation of them, and taken back when the settings are.
 */
export function settle(saved: Readonly<Record<Generation, readonly SavedSeries[]>>, shape: Shape): Settled {
  const { now, before } = saved;
  const changes = changesIn(now, shape);
  if (now.length > 0 && changes.length === 0) return settled('kept', now);
  if (before.length > 0 && changesIn(before, shape).length === 0) {
    return exchanged({ models: 'taken-back', count: before.length }, saved, before);
  }
  if (now.length === 0) return settled('kept', now);
  return exchanged({ models: 'set-aside', count: now.length, changes }, saved, []);
}

function settled(models: 'kept', now: readonly SavedSeries[]): Settled {
  return { found: { models, count: now.length }, now: inOrderOfUse(now), isExchanged: false, changes: [] };
}

/** What has learned last becomes what waits. */
function exchanged(
  found: Found,
  { now, before }: Readonly<Record<Generation, readonly SavedSeries[]>>,
  next: readonly SavedSeries[],
): Settled {
  const changes: PartChange[] = [
    ...removals('before', before, now),
    ...now.map(({ base, used, replay }) => ({
      part: partName('before', base.key),
      put: putOf({ ...base, used }, replay),
      ...(base.file === undefined ? {} : { blob: base.file }),
    })),
    ...removals('now', now, next),
  ];
  return { found, now: inOrderOfUse(next), isExchanged: true, changes };
}

/** Removes the parts of the series that are no longer in a generation. */
function removals(
  generation: Generation,
  old: readonly SavedSeries[],
  next: readonly SavedSeries[],
): PartChange[] {
  const staying = new Set(next.map(({ base }) => base.key));
  return old
    .filter(({ base }) => !staying.has(base.key))
    .map(({ base }) => ({ part: partName(generation, base.key), remove: true }));
}

/** All models of a generation were learned with the same settings. */
function changesIn(models: readonly SavedSeries[], shape: Shape): ShapeChange[] {
  const first = models[0];
  return first ? changesOf(first.base.shape, shape) : [];
}

function inOrderOfUse(models: readonly SavedSeries[]): SavedSeries[] {
  return [...models].sort((a, b) => a.used - b.used);
}
