import type { PartChange, SavedParts } from '../../lib/delivery/checkpoint/Keeping';
import { isModelPart } from '../../lib/delivery/models/storedModel';
import type { RecordInMessage } from '../../lib/records/messageProperty';
import { partitionKeyOf } from '../../lib/records/partitionOf';

/**
 * The partition keys of the latest rows of each combination of dimensions' values. When a shard is split they tell which of
 * the two takes over what is known of the combination: what waits of it, and its models. See Routes; here all parts of one
 * combination go the same way, also those that begin long after its last row.
 */
export class CombinationRoutes {
  private readonly latest = new Map<string, string>();

  /** @param scope of the state, see States: only what can go to another instance has a way to find */
  constructor(private readonly scope: string) {}

  /** The partition key of a combination's latest row. */
  of(key: string): string | undefined {
    return this.latest.get(key);
  }

  /** Notes that a row is one of this combination. */
  note(key: string, item: RecordInMessage): void {
    if (this.scope === '') return;
    const partitionKey = partitionKeyOf(item);
    if (partitionKey !== undefined) this.latest.set(key, partitionKey);
  }

  /**
   * The same changes, with their routes.
   * @param keyOf the combination that a part is about; undefined for one that is about all of them
   */
  addTo(changes: PartChange[], keyOf: (part: string) => string | undefined): PartChange[] {
    if (this.scope === '') return changes;
    const routed = changes.map((change) => {
      const route = 'remove' in change ? undefined : this.routeOf(change.part, keyOf);
      return route === undefined ? change : { ...change, route };
    });
    // A combination is watched for as long as it has a model.
    for (const change of changes) {
      if ('remove' in change && isModelPart(change.part)) this.latest.delete(keyOf(change.part)!);
    }
    return routed;
  }

  /** Goes on from what was saved, and from that alone. */
  restore(parts: SavedParts, keyOf: (part: string) => string | undefined): void {
    this.latest.clear();
    for (const [part, { route }] of parts) {
      const key = isModelPart(part) ? keyOf(part) : undefined;
      if (key !== undefined && route !== undefined) this.latest.set(key, route);
    }
  }

  private routeOf(part: string, keyOf: (part: string) => string | undefined): string | undefined {
    const key = keyOf(part);
    return key === undefined ? undefined : this.latest.get(key);
  }
}
