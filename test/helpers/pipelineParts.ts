/** A node that remembers and a source, as a pipeline sees them. */
import assert from 'node:assert/strict';
import type { Keeping, PartChange, SavedParts } from '../../lib/delivery/checkpoint/Keeping';
import type { CheckpointState, Source } from '../../lib/delivery/checkpoint/members';

/** Bytes as text. */
export const text = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString();

/** Remembers everything that it took. */
export class Notes implements Keeping {
  readonly version = 1;
  notes = '';
  private fresh = '';
  restores = 0;

  take(note: string): void {
    this.notes += note;
    this.fresh += note;
  }

  changes(): PartChange[] {
    const { fresh } = this;
    this.fresh = '';
    return fresh === '' ? [] : [{ part: 'notes', append: Buffer.from(fresh) }];
  }

  restore(parts: SavedParts): void {
    this.notes = (parts.get('notes')?.appended ?? []).map(text).join('');
    this.fresh = '';
    this.restores++;
  }
}

/** Sends nothing by itself; tests say what it has sent and what is done. */
export class FakeSource implements Source {
  readonly type = 'source';
  readonly version = 1;
  sent = 0;
  done = 0;
  paused = false;
  begun = 0;
  ended = 0;
  collections = 0;
  readonly told: CheckpointState[] = [];
  restore: Source['restore'] = (parts) => {
    this.sent = this.done = Number(text(parts.get('at')?.base));
  };
  end = async (): Promise<void> => void this.ended++;

  constructor(
    readonly identity = 'source',
    readonly interval = 10,
  ) {}

  positions(of: 'sent' | 'done'): Map<string, PartChange[]> {
    this.collections++;
    return new Map([['', [{ part: 'at', put: Buffer.from(String(this[of])) }]]]);
  }
  partitions = () => undefined;
  begin = () => void this.begun++;
  pause = () => void (this.paused = true);
  resume = () => void (this.paused = false);
  tell = (state: CheckpointState) => void this.told.push(state);
  refuse = () => assert.fail('nothing is to be refused here');
}
