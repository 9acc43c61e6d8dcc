/**
 * Which of many named things have changed since they were last saved. Costs nothing until they are saved for the first
 * time, and never remembers more names than there are things, saved ones and those that are there.
 */
export class ChangedNames {
  /** undefined while nothing has been saved: then everything is new */
  private changed: Set<string> | undefined;
  private saved = new Set<string>();

  note(name: string): void {
    this.changed?.add(name);
  }

  /** Notes that the thing is no more. */
  noteGone(name: string): void {
    if (this.saved.has(name)) this.changed?.add(name);
    else this.changed?.delete(name);
  }

  /** The things to save now, by name; undefined for one that was saved and is no more. */
  take<T>(things: ReadonlyMap<string, T>): [name: string, thing: T | undefined][] {
    const names = [...(this.changed ?? things.keys())];
    this.changed = new Set();
    for (const name of names) {
      if (things.has(name)) this.saved.add(name);
      else this.saved.delete(name);
    }
    return names.map((name) => [name, things.get(name)]);
  }

  /** Begins with things that are saved as they are. */
  begin(saved: Iterable<string>): void {
    this.changed = new Set();
    this.saved = new Set(saved);
  }
}
