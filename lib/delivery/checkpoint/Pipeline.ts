import type { Journey, Traffic } from '../Traffic';
import { restoreMember, type CheckpointState, type Ledger, type Member, type Source } from './members';
import { merge, sizeOf } from './merge';
import type { NodeChanges } from './StateTable';

/** What was collected at one moment, and what must be done before it may be committed. */
interface Cut {
  /** by scope */
  readonly changes: ReadonlyMap<string, readonly NodeChanges[]>;
  /** messages that wait for the outside world */
  readonly underWay: readonly Journey[];
}

/** Milliseconds in which a flow must have ended something of what was sent into it, or its guarantee is lowered. */
const patience = 3000;
/** How often it gets that time anew: a busy machine may take long, and a flow that goes on holds nothing back. */
const renewals = 9;
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
  /** by scope */
  private readonly uncommitted = new Map<string, readonly NodeChanges[]>();
  private committing: Promise<void> | undefined;
  private running: Promise<void> = Promise.resolve();
  private state: CheckpointState = { guarantee: 'exactly-once' };
  private abandon!: () => void;
  private abandoned!: Promise<void>;
  private holder: string | undefined;

  constructor(
    readonly members: readonly Member[],
    readonly sources: readonly Source[],
    private readonly ledgerOf: (scope: string) => Ledger | undefined,
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
   * Takes the flow back to its last checkpoint: calls back what is on its way, and restores members and sources.
   * @param members that are not as they were saved
   * @throws Error when a state cannot be used
   */
  async rewind(members: readonly Member[]): Promise<void> {
    this.breakOff();
    await this.running;
    await this.committing;
    await Promise.all(this.sources.map((source) => source.end()));
    this.traffic.clear();
    this.cuts = [];
    this.uncommitted.clear();
    this.expectNothing();
    const { table } = this.ledgerOf('')!;
    for (const member of members) restoreMember(member, '', table);
    for (const source of this.sources) {
      const { parts, version } = table.partsOf(source.identity, source.type);
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

  /** Makes one more checkpoint now. Resolves when it is committed, or will not be. */
  async checkpointNow(): Promise<void> {
    clearTimeout(this.timer);
    await this.running;
    if (this.halted) return;
    this.running = this.checkpoint();
    await this.running;
    await Promise.race([this.committing ?? Promise.resolve(), this.abandoned]);
    clearTimeout(this.timer);
    this.schedule(this.interval);
  }

  /** Forgets what was to be committed for a scope that another instance has. */
  forget(scope: string): void {
    this.uncommitted.delete(scope);
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
    return this.sources.length > 0 ? [] : (this.uncommitted.get('') ?? []);
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
    if (this.backlog < longestBacklog) this.resume();
    await Promise.race([this.committing ?? Promise.resolve(), this.abandoned]);
    if (!this.halted) this.resume();
  }

  /** Nothing but positions are to be saved as long as no node remembers anything. */
  private get remembers(): boolean {
    return this.members.length > 0;
  }

  private async waitForQuiet(): Promise<void> {
    for (const source of this.sources) source.pause();
    const quiet = await this.quiet();
    if (this.halted) return;
    if (!quiet) {
      const holder = this.traffic.underWay.flatMap((journey) => journey.holders())[0];
      this.announce({ guarantee: 'at-least-once', ...(holder === undefined ? {} : { holder }) });
    } else this.announce({ guarantee: 'exactly-once' });
  }

  private quiet(): Promise<boolean> {
    if (this.holder !== undefined) return this.traffic.quiet(patience);
    if (this.state.guarantee === 'at-least-once') return this.traffic.quiet(shortPatience);
    return this.traffic.quiet(patience, renewals);
  }

  private resume(): void {
    for (const source of this.sources) source.resume();
  }

  /** Collects what has changed, in one go, to be committed when what is under way is done. */
  private cut(): void {
    const positions = this.remembers && this.traffic.isQuiet ? 'sent' : 'done';
    const changes = this.collect(positions);
    if (changes.size === 0 && this.uncommitted.size === 0) return;
    const waits = positions === 'sent' && this.sources.length > 0;
    this.cuts.push({ changes, underWay: waits ? this.traffic.underWay : [] });
    this.committing ??= this.commitAll().finally(() => (this.committing = undefined));
  }

  private collect(positions: 'sent' | 'done'): Map<string, NodeChanges[]> {
    const collected = new Map<string, NodeChanges[]>();
    const add = (scope: string, changes: NodeChanges) => {
      if (changes.changes.length === 0) return;
      collected.set(scope, [...(collected.get(scope) ?? []), changes]);
    };
    for (const { identity, type, states } of this.members) {
      for (const [scope, state] of states.entries()) {
        add(scope, { node: identity, type, version: state.version, changes: state.changes() });
      }
    }
    for (const source of this.sources) {
      for (const [scope, changes] of source.positions(positions)) {
        add(scope, { node: source.identity, type: source.type, version: source.version, changes });
      }
    }
    return collected;
  }

  private get backlog(): number {
    let bytes = 0;
    for (const changes of this.uncommitted.values()) bytes += sizeOf(changes);
    return bytes;
  }

  private async commitAll(): Promise<void> {
    for (let cut = this.cuts.shift(); cut; cut = this.cuts.shift()) {
      const done = Promise.all(cut.underWay.map((journey) => journey.done)).then(() => true);
      const mayCommit = await Promise.race([done, this.abandoned.then(() => false)]);
      if (!mayCommit) return;
      for (const [scope, changes] of cut.changes) {
        this.uncommitted.set(scope, merge(this.uncommitted.get(scope) ?? [], changes));
      }
      const errors = await Promise.all([...this.uncommitted].map((each) => this.commit(...each)));
      this.announce({ error: errors.find((error) => error !== undefined) });
    }
  }

  /** @returns why it could not be done; it is tried again with what the next checkpoint brings */
  private async commit(scope: string, changes: readonly NodeChanges[]): Promise<unknown> {
    try {
      // A scope that has gone to another instance goes on there.
      await this.ledgerOf(scope)?.commit(changes);
      this.uncommitted.delete(scope);
      return undefined;
    } catch (error) {
      return error ?? new Error('unknown');
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
