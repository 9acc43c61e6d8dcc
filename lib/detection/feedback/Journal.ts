import type { PartChange, SavedPart, SavedParts } from '../../delivery/checkpoint/Keeping';
import { isObject } from '../../records/batch';
import type { ToldIncident } from './likeness';

/** One step in the history of what was told and said. */
export type Entry =
  | { readonly kind: 'told'; readonly incident: ToldIncident }
  | { readonly kind: 'marked'; readonly incident: ToldIncident; readonly relevant: boolean }
  | { readonly kind: 'undone'; readonly id: string }
  | { readonly kind: 'reset' };

const part = 'feedback';
/** When so many entries have been appended, all is written anew. */
const mostAppended = 500;

/** Saves a history by appending to it, one line of JSON an entry, and now and then by putting a shorter one in its place. */
export class Journal {
  private pending: Entry[] = [];
  private appended = 0;
  /** what was restored is the history of several partitions, which a merge has made one */
  private isJoined = false;

  note(entry: Entry): void {
    this.pending.push(entry);
  }

  /** @param all the shortest history with the same result */
  changes(all: () => readonly Entry[]): PartChange[] {
    const { pending } = this;
    if (pending.length === 0 && !this.isJoined) return [];
    this.pending = [];
    this.appended += pending.length;
    if (!this.isJoined && this.appended <= mostAppended) return [{ part, append: linesOf(pending) }];
    this.appended = 0;
    this.isJoined = false;
    const entries = all();
    return [entries.length === 0 ? { part, remove: true } : { part, put: linesOf(entries) }];
  }

  /** @throws Error when it is no such history */
  restore(parts: SavedParts): Entry[] {
    const saved = parts.get(part);
    const own = saved ? historyIn(saved) : { entries: [], appended: 0 };
    const others = (saved?.joined ?? []).flatMap((each) => sinceReset(historyIn(each).entries));
    this.pending = [];
    this.appended = own.appended;
    this.isJoined = others.length > 0;
    return [...own.entries, ...others];
  }
}

function historyIn({ base, appended }: SavedPart): { readonly entries: Entry[]; readonly appended: number } {
  const later = appended.flatMap(entriesIn);
  return { entries: [...(base ? entriesIn(base) : []), ...later], appended: later.length };
}

/** What one partition has forgotten, another may remember. */
function sinceReset(entries: readonly Entry[]): readonly Entry[] {
  return entries.slice(entries.findLastIndex(({ kind }) => kind === 'reset') + 1);
}

function linesOf(entries: readonly Entry[]): Uint8Array {
  return Buffer.from(entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
}

function entriesIn(saved: Uint8Array): Entry[] {
  return Buffer.from(saved).toString('utf8').split('\n').filter(Boolean).map(entryIn);
}

function entryIn(line: string): Entry {
  let entry: unknown;
  try {
    entry = JSON.parse(line);
  } catch {
    entry = undefined;
  }
  if (!isEntry(entry)) throw new Error('the saved feedback must be a history of incidents and marks');
  return entry;
}

function isEntry(entry: unknown): entry is Entry {
  if (!isObject(entry)) return false;
  switch (entry.kind) {
    case 'told':
      return isTold(entry.incident);
    case 'marked':
      return isTold(entry.incident) && typeof entry.relevant === 'boolean';
    case 'undone':
      return typeof entry.id === 'string';
    default:
      return entry.kind === 'reset';
  }
}

function isTold(incident: unknown): incident is ToldIncident {
  if (!isObject(incident)) return false;
  const { id, key, direction, size, time } = incident;
  return (
    typeof id === 'string' &&
    typeof key === 'string' &&
    (direction === undefined || direction === 'HIGH' || direction === 'LOW') &&
    typeof size === 'number' &&
    typeof time === 'number'
  );
}
