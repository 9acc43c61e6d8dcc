/**
 * Turns acknowledgements that come in any order into a position that only moves forward over what is done: the
 * position of the last entry before the first that is still open.
 */
export class AckQueue<P> {
  private readonly entries: { readonly position: P; done: boolean }[] = [];
  /** Index of the first open entry; the array is cut only now and then, so that an acknowledgement costs O(1). */
  private head = 0;

  /** @param advance told each time the position moves */
  constructor(private readonly advance: (position: P) => void) {}

  /** Entries that are not done, or wait for one before them. */
  get size(): number {
    return this.entries.length - this.head;
  }

  /** Adds the next position; call what it returns once everything up to there, since the entry before, is done. */
  push(position: P): () => void {
    const entry = { position, done: false };
    this.entries.push(entry);
    return () => {
      entry.done = true;
      this.collect();
    };
  }

  private collect(): void {
    const before = this.head;
    while (this.entries[this.head]?.done) this.head++;
    if (this.head === before) return;
    const { position } = this.entries[this.head - 1]!;
    if (this.head > 1024 && this.head * 2 > this.entries.length) {
      this.entries.splice(0, this.head);
      this.head = 0;
    }
    this.advance(position);
  }
}
