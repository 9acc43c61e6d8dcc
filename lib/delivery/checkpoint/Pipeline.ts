import { Traffic } from '../Traffic';
import { changesOf, joined, positionsOf, type ByScope } from './collect';
import { Commits } from './Commits';
import { restoreMember, type CheckpointState, type Ledger, type Member, type Source } from './members';
import type { NodeChanges } from './StateTable';

/** Milliseconds in which a flow must have ended something of what was sent before a barrier, or its guarantee is lowered. */
const patience = 3000;
/** How often it gets that time anew: a busy machine may take long, and a flow that goes on gets there. */
const renewals = 9;
/** The same, once it has taken longer before: so long may each checkpoint hold messages back. */
const shortPatience = 50;
/** Bytes of uncommitted changes at which the sources wait for the disk. */
const longestBacklog = 64 * 1024 * 1024;
/** Milliseconds between checkpoints of nodes without a source. */
const defaultInterval = 1000;

/**
 * The nodes that remember and the sources of one connected flow, whose states belong together. A checkpoint begins with a
 * barrier: the positions of all sources are noted, and what they send from then on waits at the doors of the nodes that
 * remember. Once everything from before it has been worked off, these have seen what was sent up to those positions and
 * nothing else, however the wires run, and in that moment all their changes are collected. Barrier and Traffic tell how a
 * message's side of the barrier is known; the moment is a global snapshot as Chandy and Lamport, "Distributed Snapshots",
 * 1985, define it, with nothing on its way.
 */
export class Pipeline {
  readonly traffic: Traffic;
  private readonly commits: Commits;
  private timer: NodeJS.Timeout | undefined;
  private halted = true;
  /** positions as they were when the barrier was raised */
  private noted: ByScope = new Map();
  /** The traffic was not aligned in time when it was waited for last. */
  private late = false;
  private running: Promise<void> = Promise.resolve();
  private state: CheckpointState = { guarantee: 'exactly-once' };
  private holder: string | undefined;

  /** @param clock a monotonic clock, ms */
  constructor(
    readonly members: readonly Member[],
    readonly sources: readonly Source[],
    private readonly ledgerOf: (scope: string) => Ledger | undefined,
    private readonly clock: () => number = () => performance.now(),
  ) {
    this.traffic = new Traffic(new Set(members.map(({ id }) => id)), clock);
    this.commits = new Commits(ledgerOf, (error) => this.announce({ error }));
  }

  /**
   * Goes on with checkpoints and lets the sources send.
   * @param holder name of a node in the flow that keeps messages by design, if there is one
   */
  go(holder?: string): void {
    this.holder = holder;
    // A deploy may have taken it away.
    this.traffic.keeper = undefined;
    this.halted = false;
    for (const source of this.sources) source.resume();
    this.announce({});
    // What waits behind a barrier since before the halt has waited long enough.
    this.schedule(this.traffic.barrier.isUp ? 0 : this.interval);
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
    if (!this.hasBarriers) this.collectAsItIs();
    else if (this.traffic.isAligned && this.membersAtRest.length === this.members.length) {
      this.raise();
      this.cut(true);
    }
  }

  /** Resolves when everything collected is committed, or will not be, at the latest after `ms` milliseconds. */
  async settled(ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const enough = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
    });
    await Promise.race([this.commits.settled(), enough]);
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
    await this.commits.clear();
    await Promise.all(this.sources.map((source) => source.end()));
    this.traffic.clear();
    this.noted = new Map();
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
    this.commits.abandon();
  }

  /** Makes one more checkpoint now. Resolves when it is committed, or will not be. */
  async checkpointNow(): Promise<void> {
    clearTimeout(this.timer);
    await this.checkpointInTurn();
    this.schedule(this.interval);
  }

  /** Forgets what was to be committed for a scope that another instance has. */
  forget(scope: string): void {
    this.noted.delete(scope);
    this.commits.forget(scope);
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
    const left = await this.commits.clear();
    return this.sources.length > 0 ? [] : (left.get('') ?? []);
  }

  private get interval(): number {
    return this.sources.length > 0
      ? Math.min(...this.sources.map(({ interval }) => interval))
      : defaultInterval;
  }

  private schedule(ms: number): void {
    if (this.halted) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const began = this.clock();
      void this.checkpointInTurn().then(() =>
        this.schedule(Math.max(0, this.interval - (this.clock() - began))),
      );
    }, ms);
    if (this.sources.length === 0) this.timer.unref();
  }

  /** One checkpoint after the other, also when the flow goes on while one from before it was halted still runs. */
  private checkpointInTurn(): Promise<void> {
    this.running = this.running.then(() => this.checkpoint());
    return this.running;
  }

  private async checkpoint(): Promise<void> {
    if (this.halted) return;
    if (this.hasBarriers) {
      this.raise();
      // A node may send something by itself before this goes on, which belongs to what must be worked off. What it is in the
      // midst of takes as long as it takes: that is not to hold messages.
      let aligned: boolean;
      do aligned = await this.aligned();
      while ((await this.comeToRest()) || (aligned && !this.traffic.isAligned));
      if (this.halted) return;
      this.cut(aligned);
    } else {
      while (await this.comeToRest());
      if (this.halted) return;
      this.collectAsItIs();
    }
    await this.committed();
  }

  /** Lets members do what they are in the midst of. @returns whether any was */
  private async comeToRest(): Promise<boolean> {
    const underWay = this.members.map(({ states }) => states.underWay).filter((each) => each !== undefined);
    await Promise.all(underWay);
    return underWay.length > 0;
  }

  /** Those whose states are not half of something. */
  private get membersAtRest(): readonly Member[] {
    return this.members.filter(({ states }) => !states.underWay);
  }

  /** Members and sources have states that must fit together. Otherwise each is saved as it is. */
  private get hasBarriers(): boolean {
    return this.sources.length > 0 && this.members.length > 0;
  }

  private raise(): void {
    if (this.traffic.barrier.isUp) return;
    this.traffic.barrier.raise();
    this.noted = positionsOf(this.sources, 'sent');
  }

  private aligned(): Promise<boolean> {
    if (this.late) return this.traffic.aligned(shortPatience);
    return this.traffic.aligned(patience, this.holder === undefined ? renewals : 0);
  }

  /**
   * Collects what has changed, in one go, and lets in what waits behind the barrier.
   * @param aligned whether members have worked off all that was sent before it. Otherwise the positions are of what the flow
   * is done with: records behind them have been remembered already, or are about to be, and count again after a crash
   */
  private cut(aligned: boolean): void {
    const { traffic, members, sources } = this;
    const [holder] = aligned ? [] : traffic.underWay.flatMap((journey) => journey.holders());
    const underWay = aligned ? traffic.underWay : [];
    const positions = aligned ? this.noted : joined(this.noted, positionsOf(sources, 'done'));
    this.noted = new Map();
    this.commits.add(joined(changesOf(members), positions), underWay);
    traffic.pass();
    this.late = !aligned;
    if (aligned) this.announce({ guarantee: 'exactly-once' });
    else this.announce({ guarantee: 'at-least-once', ...(holder === undefined ? {} : { holder }) });
  }

  private collectAsItIs(): void {
    this.commits.add(joined(changesOf(this.membersAtRest), positionsOf(this.sources, 'done')), []);
  }

  /** Waits for the commit. Sources go on meanwhile, unless too much waits already. */
  private async committed(): Promise<void> {
    const full = this.commits.backlog >= longestBacklog;
    if (full) for (const source of this.sources) source.pause();
    await this.commits.settled();
    if (full && !this.halted) for (const source of this.sources) source.resume();
  }

  private announce(news: Partial<CheckpointState>): void {
    const state = { ...this.state, ...news };
    const holder = this.holder ?? this.traffic.keeper;
    if (holder !== undefined) Object.assign(state, { guarantee: 'at-least-once', holder });
    else if (state.guarantee === 'exactly-once') delete state.holder;
    const changed = (['guarantee', 'holder', 'error'] as const).some((key) => state[key] !== this.state[key]);
    this.state = state;
    if (changed) for (const source of this.sources) source.tell(state);
  }
}
