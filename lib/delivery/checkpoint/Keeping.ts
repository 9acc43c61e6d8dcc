import type { BlobFolder } from './BlobFolder';

/**
 * What has become of one part of a node's state, such as the windows of a key or the model of a series, since it was last
 * asked. A part is what was put last, and everything appended to it since: the node itself knows how to go on from there.
 */
export type PartChange =
  /**
   * `blob`: the file in the node's BlobFolder that what is put refers to; `route`: see Routes. What is put says both anew;
   * what is appended may leave the route as it was.
   */
  | { readonly part: string; readonly put: Uint8Array; readonly blob?: string; readonly route?: string }
  | { readonly part: string; readonly append: Uint8Array; readonly route?: string }
  | { readonly part: string; readonly remove: true };

/** One part as it was saved. */
export interface SavedPart {
  /** undefined when the part began with what was appended */
  readonly base: Uint8Array | undefined;
  /** oldest first */
  readonly appended: readonly Uint8Array[];
  /** see Routes; undefined for what is about no one key */
  readonly route?: string | undefined;
  /**
   * The same part of other partitions, where several became one by a merge. A node that has a use for it puts the part
   * anew with its next changes; for others the first partition's counts.
   */
  readonly joined?: readonly SavedPart[] | undefined;
}

/** The parts of one node, by name, in the order in which they were first seen. */
export type SavedParts = ReadonlyMap<string, SavedPart>;

/** What a node that remembers shows to the checkpoints: its state in parts, so that only what changed is written. */
export interface Keeping {
  /** of the format of the parts; to be raised with every change to them */
  readonly version: number;
  /** where the blobs lie that parts refer to */
  readonly blobs?: BlobFolder;
  /**
   * The changes since the last call, or since `restore`. Called while no message is on its way between nodes that remember.
   * Takes time in proportion to what has changed, and must not throw.
   */
  changes(): PartChange[];
  /**
   * Goes on from what was saved, and from that alone; without parts it begins anew. Also called on a living node, when the
   * flow goes back to its last checkpoint.
   * @param version that the parts were saved with
   * @throws Error saying why the parts cannot be used
   */
  restore(parts: SavedParts, version: number): void;
}
