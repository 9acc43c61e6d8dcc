import type { Node } from 'node-red';
import { identityOf } from '../identity';
import type { PartitionStatus } from '../partitions';
import type { Keeping, PartChange, SavedParts } from './Keeping';
import type { NodeChanges, StateTable } from './StateTable';

/** How the checkpoints of a flow go, for people. */
export interface CheckpointState {
  /**
   * `exactly-once`: after a crash the flow goes on as if nothing had happened. `at-least-once`: records since the last
   * checkpoint may count twice, because of `holder`, a node that keeps messages
   */
  readonly guarantee: 'exactly-once' | 'at-least-once';
  readonly holder?: string;
  /** why the last checkpoint could not be saved */
  readonly error?: unknown;
}

/** See States. */
export interface MemberStates {
  readonly underWay: Promise<void> | undefined;
  of(partition: string): Keeping;
  entries(): readonly (readonly [scope: string, state: Keeping])[];
  open(scope: string): Keeping;
  close(scope: string): void;
}

/** A node whose state belongs into checkpoints. */
export interface Member {
  /** the runtime's */
  readonly id: string;
  /** stable over restarts: see identityOf */
  readonly identity: string;
  readonly type: string;
  readonly states: MemberStates;
}

/** A node that reads records from where they can be read again. */
export interface Source {
  readonly identity: string;
  readonly type: string;
  /** milliseconds between checkpoints */
  readonly interval: number;
  /** of the format of the positions */
  readonly version: number;
  /**
   * Where reading stands, as parts of a state, for each scope: what has changed since the last call, or since `restore`.
   * @param of what has been sent into the flow, or what the flow has said to be done with
   */
  positions(of: 'sent' | 'done'): ReadonlyMap<string, PartChange[]>;
  /** @throws Error saying why the positions cannot be used */
  restore(parts: SavedParts, version: number): void;
  /** The partitions whose records are still to come, by name; undefined as long as it does not read. */
  partitions(): ReadonlyMap<string, PartitionStatus> | undefined;
  /** Begins to read, from the restored positions on. */
  begin(): void;
  /** Ends reading. Nothing is sent any more once it has resolved. */
  end(): Promise<void>;
  /** Sends nothing from now on, until `resume`. */
  pause(): void;
  resume(): void;
  tell(state: CheckpointState): void;
  /** Reading does not begin: the flow behind it, or its positions, cannot go on from what was saved. */
  refuse(error: unknown): void;
}

/** Where the checkpoints of one scope go. */
export interface Ledger {
  /** as the last commit has left it */
  readonly table: StateTable;
  /** All or nothing; rejects when nothing was added. Calls may overlap. */
  commit(changes: readonly NodeChanges[]): Promise<void>;
}

/** Where a member or a source stands. */
export function placeOf(node: Node): Pick<Member, 'identity' | 'type'> {
  return { identity: identityOf(node), type: node.type };
}

/**
 * Gives a member what was saved of it in a scope.
 * @throws Error when it cannot be used
 */
export function restoreMember({ identity, type, states }: Member, scope: string, table: StateTable): void {
  const state = states.open(scope);
  const { parts, version } = table.partsOf(identity, type);
  state.restore(parts, version ?? state.version);
}
