import type { Incident } from '../../lib/detection/alarms/Incident';
import { someOf } from '../../lib/records/alongside';
import { isBatch } from '../../lib/records/batch';
import type { Message } from '../../lib/records/messageProperty';
import type { Verdict } from './ScoreThreshold';

interface Entry {
  /** of the record in the batch */
  readonly index: number;
}

interface Told extends Entry {
  readonly incident: Incident | undefined;
}

interface Held extends Entry {
  readonly suppressed: string | undefined;
}

/** The records of one message on their way to the two outputs. */
export class Sorted {
  private readonly told: Told[] = [];
  private readonly rest: Held[] = [];
  private passing = 0;

  constructor(private readonly msg: Message) {}

  /** Records that pass. */
  get passed(): number {
    return this.passing;
  }

  /** @param index of the record in the batch */
  add(index: number, { passes, incidents, suppressed }: Verdict): void {
    if (!passes) {
      this.rest.push({ index, suppressed });
      return;
    }
    this.passing++;
    // One record can end an incident and begin another.
    for (const incident of incidents.length > 0 ? incidents : [undefined])
      this.told.push({ index, incident });
  }

  /**
   * What the two outputs get: a message of one record leaves whole by one of them, a batch as up to two smaller ones. What
   * is said about the records of a batch stands beside them, in their order.
   * @param copy for a message that leaves more than once
   */
  messages(copy: (msg: Message) => Message): [Message | Message[] | null, Message | null] {
    const { msg, told, rest } = this;
    if (!isBatch(msg.payload)) return this.single(copy);
    const incidents = told.map(({ incident }) => incident);
    const reasons = rest.map(({ suppressed }) => suppressed);
    const indexes = (entries: readonly Entry[]) => entries.map(({ index }) => index);
    return [
      told.length > 0 ? { ...msg, ...someOf(msg, indexes(told)), ...said('incident', incidents) } : null,
      rest.length > 0
        ? {
            ...(told.length > 0 ? copy(msg) : msg),
            ...someOf(msg, indexes(rest)),
            ...said('suppressed', reasons),
          }
        : null,
    ];
  }

  private single(copy: (msg: Message) => Message): [Message[] | null, Message | null] {
    const { msg, told, rest } = this;
    const [held] = rest;
    if (held) {
      const { suppressed } = held;
      return [null, suppressed === undefined ? msg : { ...msg, suppressed }];
    }
    const messages = told.map(({ incident }, place) => {
      const own = place === 0 ? msg : copy(msg);
      return incident ? { ...own, incident } : own;
    });
    return [messages, null];
  }
}

/** A property beside a batch; null for records that nothing is said about, and no property where that is all of them. */
function said(name: 'incident' | 'suppressed', values: readonly unknown[]): Message {
  if (values.every((value) => value === undefined)) return {};
  return { [name]: values.map((value) => value ?? null) };
}
