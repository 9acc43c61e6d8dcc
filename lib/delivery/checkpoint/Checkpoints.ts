import type { Node, NodeAPI } from 'node-red';
import type { FlowTracker } from '../FlowTracker';
import { outlets } from '../outlets';
import { together } from '../partitions';
import { Traffic } from '../Traffic';
import { arrangement, isSame, type Arranged } from './arrangement';
import { FlowGraph, type FlowNode } from './FlowGraph';
import { placeOf, restoreMember, type Ledger, type Member, type MemberStates, type Source } from './members';
import type { Membership, SourceMembership } from './membership';
import { OwnLedger } from './OwnLedger';
import { Pipeline } from './Pipeline';
import { Scopes } from './Scopes';

/** Milliseconds that a node that is being stopped waits for its last checkpoint; Node-RED itself waits 15 s for a node. */
const closeWait = 12_000;
/** Milliseconds after which a message that a node of ours sent by itself counts as done. */
const hold = 60_000;

/** See Membership. */
type Send = (msg: object) => void | Promise<void>;

/** The state of all nodes of this runtime that remember, and when it is saved: see Pipeline. */
export class Checkpoints {
  private readonly own: OwnLedger;
  private readonly scopes = new Scopes((identity) => this.memberOf(identity));
  private readonly members = new Set<Member>();
  private readonly sources = new Set<Source>();
  /** what members want to send by themselves before their flow has begun, when not even all of its nodes may be there */
  private readonly early = new Map<Member, Send[]>();
  private pipelineOf: ReadonlyMap<Member | Source, Pipeline> = new Map();
  /** the sources whose messages can come to a member */
  private feeding: ReadonlyMap<Member, readonly Source[]> = new Map();
  /** nodes whose saved state cannot be used: nothing may be sent to them that they would have to remember */
  private readonly refused = new Map<string, unknown>();
  /** have lost something, and must go back to their checkpoints */
  private readonly broken = new Set<Pipeline>();
  private readonly alone = new Traffic();
  private arranging: Promise<void> = Promise.resolve();
  private stopping = false;
  /** members have been restored once, and no message can have been on its way then */
  private hasArranged = false;
  private closed = false;

  /** @throws StateError when there is saved state that cannot be used */
  constructor(
    private readonly RED: Pick<NodeAPI, 'nodes' | 'events'>,
    private readonly tracker: FlowTracker,
    folder: string,
    private readonly report: (error: unknown) => void,
  ) {
    this.own = new OwnLedger(folder, (node) => this.memberOf(node)?.states.of('').blobs);
    RED.events.on('flows:stopping', this.onStopping);
    RED.events.on('flows:started', this.onStarted);
  }

  /**
   * Restores a node and keeps its state from now on.
   * @throws Error when what was saved of it cannot be used
   */
  join(node: Node, states: MemberStates): Membership {
    const member: Member = { ...placeOf(node), id: node.id, states };
    const state = states.open('');
    if (state.blobs) this.own.removeLeftBlobs(member.identity, state.blobs);
    try {
      restoreMember(member, '', this.own.table);
    } catch (error) {
      this.refused.set(member.identity, error);
      node.on('close', () => void this.refused.delete(member.identity));
      throw error;
    }
    this.members.add(member);
    this.early.set(member, []);
    return {
      partitions: () => together((this.feeding.get(member) ?? []).map((source) => source.partitions())),
      track: (send) => {
        const waiting = this.early.get(member);
        if (waiting) waiting.push(send);
        else this.sendAs(member, send);
      },
      work: (msg) => this.tracker.work(msg),
      leave: (gone) => {
        this.early.delete(member);
        return this.leave(member, this.members, gone);
      },
    };
  }

  /** Forgets what was saved of a node that does not take part any more. Never rejects. */
  forgetNode(node: Node): Promise<void> {
    return this.own.forget(placeOf(node)).catch(this.report);
  }

  /** Adds a source, which begins to read when all flows have started. */
  joinSource(node: Node, source: Omit<Source, 'identity' | 'type'>): SourceMembership {
    const whole: Source = Object.assign(source, placeOf(node));
    this.sources.add(whole);
    const pipeline = () => this.pipelineOf.get(whole);
    return {
      get remembers() {
        return (pipeline()?.members.length ?? 0) > 0;
      },
      rewind: () => this.lost(whole),
      track: (msg, send, options) =>
        this.tracker.track(msg, send, {
          ...options,
          traffic: pipeline()?.traffic ?? this.alone,
          onLost: () => this.lost(whole),
        }),
      openScope: (scope, ledger) => this.scopes.open(scope, pipeline()?.members ?? [], ledger),
      closeScope: (scope, how) => this.closeScope(pipeline(), scope, how),
      leave: async (gone) => {
        await this.leave(whole, this.sources, gone);
        // It may just be made to begin.
        await this.arranging;
        await source.end();
      },
    };
  }

  async close(): Promise<void> {
    this.closed = true;
    this.RED.events.removeListener('flows:stopping', this.onStopping);
    this.RED.events.removeListener('flows:started', this.onStarted);
    await this.arranging;
    await Promise.all([...new Set(this.pipelineOf.values())].map((pipeline) => pipeline.dispose()));
    await this.own.close();
  }

  private ledgerOf(scope: string): Ledger | undefined {
    return scope === '' ? this.own : this.scopes.ledgerOf(scope);
  }

  private async closeScope(
    pipeline: Pipeline | undefined,
    scope: string,
    how: 'commit' | 'abandon',
  ): Promise<void> {
    if (how === 'commit') await pipeline?.checkpointNow();
    pipeline?.forget(scope);
    this.scopes.close(scope, pipeline?.members ?? []);
  }

  private sendAs(member: Member, send: Send): void {
    const traffic = this.pipelineOf.get(member)?.traffic ?? this.alone;
    const msg = { _msgid: `streamcut-${member.identity}-${++messageCount}` };
    const onLost = () => this.lost(member);
    // It comes of what the node remembers, and so belongs to the epoch that is being finished.
    const epoch = traffic.barrier.present;
    void this.tracker.track(msg, () => send(msg), { hold, traffic, epoch, onHeld: ignore, onLost });
  }

  /** What one has sent is lost. Without a source that could send it again, nothing is to be done. */
  private lost(one: Member | Source): void {
    const pipeline = this.pipelineOf.get(one);
    if (!pipeline || pipeline.sources.length === 0 || this.broken.has(pipeline)) return;
    this.broken.add(pipeline);
    pipeline.breakOff();
    this.soon(() => this.arrange());
  }

  private readonly onStopping = () => {
    this.stopping = true;
    for (const pipeline of new Set(this.pipelineOf.values())) pipeline.halt();
  };

  private readonly onStarted = () => {
    this.stopping = false;
    this.soon(() => this.arrange());
  };

  /** One such thing after the other. */
  private soon(task: () => Promise<void>): void {
    this.arranging = this.arranging.then(() => (this.closed ? undefined : task())).catch(this.report);
  }

  /** Makes pipelines of what is connected now. Those that are as they were go on; all others go back to their checkpoint. */
  private async arrange(): Promise<void> {
    const before = [...new Set(this.pipelineOf.values())];
    const arranged = this.arrangement().map((each) => ({
      ...each,
      same: before.find((one) => !this.broken.has(one) && isSame(one, each)),
    }));
    const kept = new Set(arranged.map(({ same }) => same));
    for (const pipeline of before) if (!kept.has(pipeline)) await this.retire(pipeline);
    const pipelines = arranged.map(({ members, sources, outlets, holder, refusal, same }) => {
      const pipeline = same ?? new Pipeline(members, sources, (scope) => this.ledgerOf(scope));
      pipeline.traffic.setOutlets(outlets);
      return { pipeline, holder, refusal, same };
    });
    // All at once: those that go on may send while others go back.
    this.pipelineOf = new Map(
      pipelines.flatMap(({ pipeline }) =>
        [...pipeline.members, ...pipeline.sources].map((each) => [each, pipeline] as const),
      ),
    );
    this.feeding = new Map(arranged.flatMap(({ feeding }) => [...feeding]));
    for (const { pipeline, holder, refusal, same } of pipelines) {
      if (same || (await this.begin(pipeline, refusal))) this.go(pipeline, holder);
    }
    this.hasArranged = true;
  }

  /** @returns whether it can go on from its last checkpoint; if not, the next deploy tries again */
  private async begin(pipeline: Pipeline, refusal: unknown): Promise<boolean> {
    if (refusal !== undefined) return this.refuse(pipeline, refusal);
    if (pipeline.sources.length === 0) return true;
    try {
      // What a deploy has just made and restored may have got messages since that were on their way, and had wants of its
      // own that will come again.
      if (this.hasArranged) for (const member of pipeline.members) this.early.delete(member);
      await pipeline.rewind(this.hasArranged ? pipeline.members : []);
      return true;
    } catch (error) {
      return this.refuse(pipeline, error);
    }
  }

  private refuse(pipeline: Pipeline, error: unknown): false {
    this.broken.add(pipeline);
    for (const source of pipeline.sources) source.refuse(error);
    return false;
  }

  /** Not when the next deploy is already stopping nodes, or something is lost again: what comes of that is next. */
  private go(pipeline: Pipeline, holder: string | undefined): void {
    if (this.stopping || this.broken.has(pipeline)) return;
    pipeline.go(holder);
    for (const member of pipeline.members) {
      const waiting = this.early.get(member) ?? [];
      this.early.delete(member);
      for (const send of waiting) this.sendAs(member, send);
    }
  }

  private async retire(pipeline: Pipeline): Promise<void> {
    this.own.take(await pipeline.dispose());
    this.broken.delete(pipeline);
  }

  private arrangement(): Arranged[] {
    const configs: FlowNode[] = [];
    this.RED.nodes.eachNode((node) => void configs.push(node as FlowNode));
    const { members, sources, refused } = this;
    return arrangement(new FlowGraph(configs), { members, sources, outlets, refused });
  }

  private async leave<T extends Member | Source>(one: T, from: Set<T>, gone: boolean): Promise<void> {
    await this.pipelineOf.get(one)?.settled(closeWait);
    from.delete(one);
    if (gone) await this.own.forget(one).catch(this.report);
  }

  private memberOf(identity: string): Member | undefined {
    return [...this.members].find((member) => member.identity === identity);
  }
}

let messageCount = 0;

function ignore(): void {
  // Nothing is to be done about it here.
}
