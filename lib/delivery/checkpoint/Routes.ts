import type { RecordInMessage } from '../../records/messageProperty';
import { partitionKeyOf } from '../../records/partitionOf';
import type { PartChange, SavedParts } from './Keeping';

/**
 * The partition keys of the latest records that the parts of a state are about. When a shard is split they tell which of
 * the two takes a part over.
 */
export class Routes {
  private readonly saved = new Map<string, string>();
  /** since the last changes; of parts that no change mentions nothing stays */
  private readonly noted = new Map<string, string>();

  /** @param scope of the state, see States: only what can go to another instance has a way to find */
  constructor(private readonly scope: string) {}

  of(part: string): string | undefined {
    return this.noted.get(part) ?? this.saved.get(part);
  }

  /** Notes that a part is about this record too. */
  note(part: string, item: RecordInMessage): void {
    if (this.scope === '') return;
    const key = partitionKeyOf(item);
    if (key !== undefined) this.noted.set(part, key);
  }

  /** The same changes, with their routes. */
  addTo(changes: PartChange[]): PartChange[] {
    if (this.scope === '') return changes;
    const routed = changes.map((change) => this.routed(change));
    this.noted.clear();
    return routed;
  }

  restore(parts: SavedParts): void {
    this.saved.clear();
    this.noted.clear();
    for (const [part, { route }] of parts) if (route !== undefined) this.saved.set(part, route);
  }

  private routed(change: PartChange): PartChange {
    const route = this.of(change.part);
    if ('remove' in change) {
      this.saved.delete(change.part);
      return change;
    }
    if (route === undefined) return change;
    this.saved.set(change.part, route);
    return { ...change, route };
  }
}
