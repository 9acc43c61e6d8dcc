import type { Journey, Traffic } from '../Traffic';
import type { CheckpointState, Member, Source } from './members';
import { merge, sizeOf } from './merge';
import type { NodeChanges, StateTable } from './StateTable';

/** Where checkpoints go. */
export interface Ledger {
  readonly table: StateTable;
  /** All or nothing; rejects when nothing was added. Calls may overlap. */
  commit(changes: readonly NodeChanges[]): Promise<void>;
}

/** What was collected at one moment, and what must be done before it may be committed. */
interface Cut {
  readonly changes: readonly NodeChanges[];
  /** messages that wait for the outside world */
  readonly underWay: readonly Journey[];
}

/** Milliseconds that a flow gets to work off what was sent into it, before its guarantee is lowered. */
const patience = 3000;
/** The same, once it has taken longer before: so much may each checkpoint hold up the flow. */
const shortPatience = 50;
/** Bytes of uncommitted changes at which the sources wait for the disk. */
const longestBacklog = 64 * 1024 * 1024;
/** Milliseconds between checkpoints of nodes without a source. */
const defaultInterval = 1000;

/**
 * The nodes that remember and the sources of one connected flow, whose states belong together: they are collected in one
 * moment at which no message is on its way between them, and committed together. That moment is what a barrier that flows
 * through the wires does for a system of many machines (Carbone et al., "Lightweight Asynchronous Snapshots for
 * Distributed Dataflows", 2015); in one process, where a flow is worked off within milliseconds, it needs no message that
 * other nodes would have to pass on.
 */
export class Pipeline {
  private timer: NodeJS.Timeout | undefined;
  private halted = true;
  private cuts: Cut[] = [];
  private uncommitted: readonly NodeChanges[] = [];
  private committing: Promise<void> | undefined;
  private running: Promise<void> = Promise.resolve();
  private state: CheckpointState = { guarantee: 'exactly-once' };
  private abandon!: () => void;
  private abandoned!: Promise<void>;
  private holder: string | undefined;

  constructor(
    readonly members: readonly Member[],
    readonly sources: readonly Source[],
    private readonly ledger: Ledger,
    readonly traffic: Traffic,
  ) {
    this.expectNothing();
  }

  /**
   * Goes on with checkpoints and lets the sources send.
   * @param holder name of a node in the flow that keeps messages by design, if there is one
   */
  go(holder?: string): void {
    this.holder = holder;
    this.halted = false;
    for (const source of this.sources) source.resume();
    this.announce({});
    this.schedule(this.interval);
  }

  /**
   * Stops sending and collecting: nodes are about to be stopped. What can be saved of this moment is saved; what cannot is
   * made again from the last checkpoint.
   */
  halt(): void {
    for (const source of this.sources) source.pause();
    // One that is just being taken back to its last checkpoint has nothing new, only something half done.
    if (this.halted) return;
    this.halted = true;
    clearTimeout(this.timer);
    if (this.sources.length === 0 || !this.remembers || this.traffic.isQuiet) this.cut();
  }

  /** Resolves when everything collected is committed, or will not be, at the latest after `ms` milliseconds. */
  async settled(ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const enough = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
    });
    await Promise.race([this.committing ?? Promise.resolve(), enough]);
    clearTimeout(timer);
  }

  /**
   * Takes the flow back to its last checkpoint: calls back what is on its way and restores every member and source.
   * @param isFresh members that have just been restored
   * @throws Error when a state cannot be used
   */
  async rewind(isFresh: (member: Member) => boolean): Promise<void> {
    this.breakOff();
    await this.running;
    await this.committing;
    await Promise.all(this.sources.map((source) => source.end()));
    this.traffic.clear();
    this.cuts = [];
    this.uncommitted = [];
    this.expectNothing();
    for (const member of this.members) {
      if (isFresh(member)) continue;
      const { parts, version } = this.ledger.table.partsOf(member.identity, member.type);
      member.keeping.restore(parts, version ?? member.keeping.version);
    }
    for (const source of this.sources) {
      const { parts, version } = this.ledger.table.partsOf(source.identity, source.type);
      source.restore(parts, version ?? source.version);
    }
    // None sends before all know where they are.
    for (const source of this.sources) source.begin();
  }

  /** Sends, collects and commits nothing more, and lets nothing arrive that is on its way. */
  breakOff(): void {
    this.halted = true;
    clearTimeout(this.timer);
    for (const source of this.sources) source.pause();
    this.traffic.clear();
    this.abandon();
  }

  /**
   * Ends it: others take its members over. Sources keep their positions and stay paused.
   * @returns changes that were to be committed and that nobody can make again
   */
  async dispose(): Promise<readonly NodeChanges[]> {
    this.halted = true;
    clearTimeout(this.timer);
    if (this.sources.length > 0) this.breakOff();
    await this.running;
    await this.committing;
    return this.sources.length > 0 ? [] : this.uncommitted;
  }

  private get interval(): number {
    return this.sources.length > 0
      ? Math.min(...this.sources.map(({ interval }) => interval))
      : defaultInterval;
  }

  private schedule(ms: number): void {
    if (this.halted) return;
    // One checkpoint after the other, also when the flow goes on while one from before it was halted still runs.
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const began = performance.now();
      this.running = this.running.then(async () => {
        await this.checkpoint();
        this.schedule(Math.max(0, this.interval - (performance.now() - began)));
      });
    }, ms);
    if (this.sources.length === 0) this.timer.unref();
  }

  private async checkpoint(): Promise<void> {
    if (this.sources.length > 0 && this.remembers) await this.waitForQuiet();
    if (this.halted) return;
    this.cut();
    if (sizeOf(this.uncommitted) < longestBacklog) this.resume();
    await Promise.race([this.committing ?? Promise.resolve(), this.abandoned]);
    if (!this.halted) this.resume();
  }

  /** Nothing but positions are to be saved as long as no node remembers anything. */
  private get remembers(): boolean {
    return this.members.length > 0;
  }

  private async waitForQuiet(): Promise<void> {
    for (const source of this.sources) source.pause();
    const quiet = await this.traffic.quiet(
      this.state.guarantee === 'exactly-once' || this.holder !== undefined ? patience : shortPatience,
    );
    if (this.halted) return;
    if (!quiet) {
      const holder = this.traffic.underWay.flatMap((journey) => journey.holders())[0];
      this.announce({ guarantee: 'at-least-once', ...(holder === undefined ? {} : { holder }) });
    } else this.announce({ guarantee: 'exactly-once' });
  }

  private resume(): void {
    for (const source of this.sources) source.resume();
  }

  /** Collects what has changed, in one go, to be committed when what is under way is done. */
  private cut(): void {
    const positions = this.remembers && this.traffic.isQuiet ? 'sent' : 'done';
    const changes = [
      ...this.members.map(({ identity, type, keeping }) => ({
        node: identity,
        type,
        version: keeping.version,
        changes: keeping.changes(),
      })),
      ...this.sources.map((source) => ({
        node: source.identity,
        type: source.type,
        version: source.version,
        changes: source.positions(positions),
      })),
    ].filter((each) => each.changes.length > 0);
    if (changes.length === 0 && this.uncommitted.length === 0) return;
    const waits = positions === 'sent' && this.sources.length > 0;
    this.cuts.push({ changes, underWay: waits ? this.traffic.underWay : [] });
    this.committing ??= this.commitAll().finally(() => (this.committing = undefined));
  }

  private async commitAll(): Promise<void> {
    for (let cut = this.cuts.shift(); cut; cut = this.cuts.shift()) {
      const done = Promise.all(cut.underWay.map((journey) => journey.done)).then(() => true);
      const mayCommit = await Promise.race([done, this.abandoned.then(() => false)]);
      if (!mayCommit) return;
      this.uncommitted = merge(this.uncommitted, cut.changes);
      try {
        await this.ledger.commit(this.uncommitted);
        this.uncommitted = [];
        this.announce({ error: undefined });
      } catch (error) {
        this.announce({ error });
      }
    }
  }

  private announce(news: Partial<CheckpointState>): void {
    const state = { ...this.state, ...news };
    if (this.holder !== undefined) Object.assign(state, { guarantee: 'at-least-once', holder: this.holder });
    else if (state.guarantee === 'exactly-once') delete state.holder;
    const changed = (['guarantee', 'holder', 'error'] as const).some((key) => state[key] !== this.state[key]);
    this.state = state;
    if (changed) for (const source of this.sources) source.tell(state);
  }

  private expectNothing(): void {
    this.abandoned = new Promise((resolve) => (this.abandon = resolve));
  }
}
