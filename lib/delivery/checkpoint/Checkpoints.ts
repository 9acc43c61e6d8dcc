import type { Node, NodeAPI } from 'node-red';
import type { FlowTracker, TrackOptions } from '../FlowTracker';
import { configIdOf, identityOf } from '../identity';
import { outlets } from '../outlets';
import type { ActivePartitions } from '../partitions';
import { Traffic } from '../Traffic';
import { FlowGraph, type FlowNode } from './FlowGraph';
import type { BlobFolder } from './BlobFolder';
import type { Keeping } from './Keeping';
import type { Ledger, Member, MemberStates, Source } from './members';
import { merge } from './merge';
import { Pipeline } from './Pipeline';
import { StateJournal } from './StateJournal';
import type { NodeChanges, StateTable } from './StateTable';

/** Milliseconds that a node that is being stopped waits for its last checkpoint; Node-RED itself waits 15 s for a node. */
const closeWait = 12_000;
/** Milliseconds after which a message that a node of ours sent by itself counts as done. */
const hold = 60_000;

/** What a node gets for taking part. */
export interface Membership {
  /** What the sources that feed the node read now; undefined when none does. */
  readonly partitions: ActivePartitions;
  /** Follows what a node sends by itself, not in answer to a message, so that no checkpoint falls in between. */
  track(send: () => void): void;
  /** To be awaited before the node gives its state up. @param gone the node is not in the flows any more */
  leave(gone: boolean): Promise<void>;
}

/** What a source gets. */
export interface SourceMembership {
  /** Whether some node of the flow remembers what was sent, so that a message cannot simply be sent again. */
  readonly remembers: boolean;
  /**
   * Follows a message through the flow, see FlowTracker. When a deploy takes it away, the flow goes back to its last
   * checkpoint.
   */
  track(
    msg: { _msgid: string },
    send: () => void,
    options: Pick<TrackOptions, 'hold' | 'onHeld'>,
  ): Promise<unknown>;
  /** Takes the flow back to its last checkpoint; what is on its way never comes to an end. */
  rewind(): void;
  /**
   * Takes over a scope that this instance has got: restores the state that every node of the flow has in it.
   * @throws Error when it cannot be used
   */
  openScope(scope: string, ledger: ScopeLedger): void;
  /** Gives a scope up. @param how with a last checkpoint, or as the last one has left it */
  closeScope(scope: string, how: 'commit' | 'abandon'): Promise<void>;
  leave(gone: boolean): Promise<void>;
}

/** The checkpoints of a scope that other instances may have before and after. */
export interface ScopeLedger extends Ledger {
  /** @param blobsOf where the blobs of a node lie, by its identity, to be called during `commit` */
  attach(blobsOf: (node: string) => BlobFolder | undefined): void;
}

/** The state of all nodes of this runtime that remember, and when it is saved: see Pipeline. */
export class Checkpoints implements Ledger {
  private readonly journal: StateJournal;
  private readonly members = new Set<Member>();
  private readonly sources = new Set<Source>();
  /** restored since the flows were last stopped, and not rewound since */
  private readonly fresh = new Set<Member>();
  /** what members want to send by themselves before their flow has begun, when not even all of its nodes may be there */
  private readonly early = new Map<Member, (() => void)[]>();
  private readonly pipelineOf = new Map<Member | Source, Pipeline>();
  /** nodes whose saved state cannot be used: nothing may be sent to them that they would have to remember */
  private readonly refused = new Map<string, unknown>();
  /** have lost something, and must go back to their checkpoints */
  private readonly broken = new Set<Pipeline>();
  private readonly alone = new Traffic();
  /** of the scopes that this instance has for now */
  private readonly ledgers = new Map<string, ScopeLedger>();
  /** of pipelines that are no more, which the disk did not take */
  private leftOver: readonly NodeChanges[] = [];
  private writing: Promise<unknown> = Promise.resolve();
  private arranging: Promise<void> = Promise.resolve();
  private stopping = false;
  private closed = false;

  /** @throws StateError when there is saved state that cannot be used */
  constructor(
    private readonly RED: Pick<NodeAPI, 'nodes' | 'events'>,
    private readonly tracker: FlowTracker,
    folder: string,
    private readonly report: (error: unknown) => void,
  ) {
    this.journal = StateJournal.open(folder);
    RED.events.on('flows:stopping', this.onStopping);
    RED.events.on('flows:started', this.onStarted);
  }

  get table(): StateJournal['table'] {
    return this.journal.table;
  }

  /**
   * Restores a node and keeps its state from now on.
   * @throws Error when what was saved of it cannot be used
   */
  join(node: Node, states: MemberStates): Membership {
    const member: Member = { ...placeOf(node), states };
    const state = states.open('');
    if (state.blobs) this.removeLeftBlobs(member.identity, state.blobs);
    try {
      restore(member, '', this.table);
    } catch (error) {
      this.refused.set(member.configId, error);
      node.on('close', () => void this.refused.delete(member.configId));
      throw error;
    }
    this.members.add(member);
    this.fresh.add(member);
    this.early.set(member, []);
    return {
      partitions: () => this.partitionsOf(this.pipelineOf.get(member)),
      track: (send) => {
        const waiting = this.early.get(member);
        if (waiting) waiting.push(send);
        else this.sendAs(member, send);
      },
      leave: (gone) => {
        this.early.delete(member);
        return this.leave(member, this.members, gone);
      },
    };
  }

  /** Forgets what was saved of a node that does not take part any more. Never rejects. */
  forgetNode(node: Node): Promise<void> {
    return this.forget(placeOf(node));
  }

  /** Adds a source, which begins to read when all flows have started. */
  joinSource(node: Node, source: Omit<Source, 'identity' | 'configId' | 'type'>): SourceMembership {
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
      openScope: (scope, ledger) => this.openScope(pipeline(), scope, ledger),
      closeScope: (scope, how) => this.closeScope(pipeline(), scope, how),
      leave: async (gone) => {
        await this.leave(whole, this.sources, gone);
        // It may just be made to begin.
        await this.arranging;
        await source.end();
      },
    };
  }

  async commit(changes: readonly NodeChanges[]): Promise<void> {
    const write = this.writing.then(async () => {
      const all = merge(this.leftOver, changes);
      for (const each of all) await this.syncBlobs(each);
      const dropped = await this.journal.append(all);
      this.leftOver = [];
      for (const { node, blob } of dropped) this.stateOf(node, '')?.blobs?.remove(blob);
    });
    // Whoever comes next does not care how this one went.
    this.writing = write.catch(ignore);
    await write;
  }

  async close(): Promise<void> {
    this.closed = true;
    this.RED.events.removeListener('flows:stopping', this.onStopping);
    this.RED.events.removeListener('flows:started', this.onStarted);
    await this.arranging;
    await Promise.all([...new Set(this.pipelineOf.values())].map((pipeline) => pipeline.dispose()));
    await this.writing;
    await this.journal.close();
  }

  private ledgerOf(scope: string): Ledger | undefined {
    return scope === '' ? this : this.ledgers.get(scope);
  }

  private openScope(pipeline: Pipeline | undefined, scope: string, ledger: ScopeLedger): void {
    const members = pipeline?.members ?? [];
    // What an earlier time with the scope has left is old.
    for (const { states } of members) states.open(scope).blobs?.clear();
    ledger.attach((node) => this.stateOf(node, scope)?.blobs);
    try {
      for (const member of members) restore(member, scope, ledger.table);
      this.ledgers.set(scope, ledger);
    } catch (error) {
      for (const { states } of members) close(states, scope);
      throw error;
    }
  }

  private async closeScope(
    pipeline: Pipeline | undefined,
    scope: string,
    how: 'commit' | 'abandon',
  ): Promise<void> {
    if (how === 'commit') await pipeline?.checkpointNow();
    this.ledgers.delete(scope);
    pipeline?.forget(scope);
    for (const { states } of pipeline?.members ?? []) close(states, scope);
  }

  private partitionsOf(pipeline: Pipeline | undefined): ReturnType<ActivePartitions> {
    const read = (pipeline?.sources ?? []).map((source) => source.partitions());
    if (read.length === 0 || read.includes(undefined)) return undefined;
    return new Map(read.flatMap((partitions) => [...partitions!]));
  }

  private sendAs(member: Member, send: () => void): void {
    const traffic = this.pipelineOf.get(member)?.traffic ?? this.alone;
    const msg = { _msgid: `streamcut-${member.identity}-${++messageCount}` };
    const onLost = () => this.lost(member);
    void this.tracker.track(msg, send, { hold, traffic, onHeld: ignore, onLost });
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
    this.fresh.clear();
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
    this.pipelineOf.clear();
    for (const { members, sources, outlets, holder, refusal, same } of arranged) {
      const pipeline = same ?? new Pipeline(members, sources, (scope) => this.ledgerOf(scope), new Traffic());
      pipeline.traffic.setOutlets(outlets);
      for (const each of [...members, ...sources]) this.pipelineOf.set(each, pipeline);
      if (same || (await this.begin(pipeline, refusal))) this.go(pipeline, holder);
    }
    this.fresh.clear();
  }

  /** @returns whether it can go on from its last checkpoint; if not, the next deploy tries again */
  private async begin(pipeline: Pipeline, refusal: unknown): Promise<boolean> {
    try {
      if (refusal !== undefined) throw refusal;
      if (pipeline.sources.length === 0) return true;
      const fresh = new Set(this.fresh);
      // Those that go back to their checkpoint will want to send the same again.
      for (const member of pipeline.members) if (!fresh.has(member)) this.early.delete(member);
      await pipeline.rewind((member) => fresh.has(member));
      return true;
    } catch (error) {
      this.broken.add(pipeline);
      for (const source of pipeline.sources) source.refuse(error);
      return false;
    }
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
    this.leftOver = merge(this.leftOver, await pipeline.dispose());
    this.broken.delete(pipeline);
  }

  private arrangement(): Arranged[] {
    const configs: FlowNode[] = [];
    this.RED.nodes.eachNode((node) => void configs.push(node as FlowNode));
    const graph = new FlowGraph(configs);
    const remembering = new Set([...this.members].map(({ configId }) => configId));
    const rest = new Set(this.members);
    const groups: { sources: Source[]; members: Set<Member>; reached: Set<string> }[] = [];
    for (const source of this.sources) {
      const reached = graph.reachable(source.configId);
      const members = new Set([...this.members].filter(({ configId }) => reached.has(configId)));
      const group = { sources: [source], members, reached };
      // Sources that feed the same node belong together, and so does everything else that they feed.
      for (const other of groups.filter((one) => [...one.members].some((member) => members.has(member)))) {
        groups.splice(groups.indexOf(other), 1);
        group.sources.push(...other.sources);
        for (const member of other.members) members.add(member);
        for (const id of other.reached) reached.add(id);
      }
      groups.push(group);
      for (const member of members) rest.delete(member);
    }
    if (rest.size > 0) groups.push({ sources: [], members: rest, reached: new Set() });
    return groups.map(({ sources, members, reached }) => {
      const [holder] = graph.holders(reached);
      return {
        sources,
        members: [...members],
        outlets: this.outletsIn(graph, reached, remembering),
        ...(holder ? { holder: holder.name || holder.type } : {}),
        refusal: [...this.refused].find(([configId]) => reached.has(configId))?.[1],
      };
    });
  }

  /** The runtime's ids of outlets behind which nothing remembers. */
  private outletsIn(graph: FlowGraph, reached: Set<string>, remembering: ReadonlySet<string>): Set<string> {
    const found = new Set<string>();
    for (const { id, configId } of outlets) {
      if (!reached.has(configId)) continue;
      const behind = graph.reachable(configId);
      if (![...behind].some((target) => remembering.has(target))) found.add(id);
    }
    return found;
  }

  private async leave<T extends Member | Source>(one: T, from: Set<T>, gone: boolean): Promise<void> {
    await this.pipelineOf.get(one)?.settled(closeWait);
    from.delete(one);
    if (gone) await this.forget(one);
  }

  private async forget({ identity, type }: Pick<Member, 'identity' | 'type'>): Promise<void> {
    const { parts, version } = this.table.partsOf(identity, type);
    if (version === undefined) return;
    const changes = [...parts.keys()].map((part) => ({ part, remove: true as const }));
    await this.commit([{ node: identity, type, version, changes }]).catch(this.report);
  }

  private async syncBlobs({ node, changes }: NodeChanges): Promise<void> {
    const blobs = changes.flatMap((change) =>
      'put' in change && change.blob !== undefined ? [change.blob] : [],
    );
    if (blobs.length > 0) await this.stateOf(node, '')?.blobs?.sync(blobs);
  }

  /** Blobs that a crash has left behind, of changes that were never committed. */
  private removeLeftBlobs(identity: string, blobs: BlobFolder): void {
    const used = this.journal.blobsOf(identity);
    blobs.clean();
    for (const name of blobs.names()) if (!used.has(name)) blobs.remove(name);
  }

  private stateOf(identity: string, scope: string): Keeping | undefined {
    return [...this.members].find((member) => member.identity === identity)?.states.of(scope);
  }
}

function restore({ identity, type, states }: Member, scope: string, table: StateTable): void {
  const state = states.open(scope);
  const { parts, version } = table.partsOf(identity, type);
  state.restore(parts, version ?? state.version);
}

/** Forgets a scope that another instance has, with the files of its state. */
function close(states: MemberStates, scope: string): void {
  const { blobs } = states.open(scope);
  states.close(scope);
  blobs?.clear();
}

interface Arranged {
  readonly members: readonly Member[];
  readonly sources: readonly Source[];
  readonly outlets: ReadonlySet<string>;
  readonly holder?: string;
  /** why a node that the sources reach cannot go on */
  readonly refusal: unknown;
}

let messageCount = 0;

function ignore(): void {
  // Nothing is to be done about it here.
}

function isSame(pipeline: Pipeline, { members, sources }: Pick<Arranged, 'members' | 'sources'>): boolean {
  return (
    pipeline.members.length === members.length &&
    pipeline.sources.length === sources.length &&
    members.every((member) => pipeline.members.includes(member)) &&
    sources.every((source) => pipeline.sources.includes(source))
  );
}

function placeOf(node: Node): Pick<Member, 'identity' | 'configId' | 'type'> {
  return { identity: identityOf(node), configId: configIdOf(node), type: node.type };
}
