import type { Send } from '../../lib/node-red/onInput';
import { alongside } from '../../lib/records/alongside';
import { isBatch } from '../../lib/records/batch';
import type { Message } from '../../lib/records/messageProperty';
import { without } from '../../lib/records/without';
import type { Piece } from './split';

interface Tools {
  clone(msg: Message): Message;
  newId(): string;
}

/** Sends on the records that one received message held, each in its own message or together. */
export class Emitter {
  private readonly batchSize: number;
  private pieces: Piece[] = [];
  private sources: number[] = [];

  constructor(
    private readonly msg: Message,
    private readonly send: Send,
    private readonly settings: { readonly emit: 'record' | 'batch'; readonly maxRecords: number },
    private readonly tools: Tools,
  ) {
    this.batchSize = isBatch(msg.payload) ? msg.payload.length : -1;
  }

  /** @param index the received record's place in its batch, -1 for a message of one record */
  take(index: number, pieces: readonly Piece[]): void {
    if (this.settings.emit === 'record') {
      this.sendEach(index, pieces);
      return;
    }
    for (const piece of pieces) {
      this.pieces.push(piece);
      this.sources.push(index);
    }
    // A batch of bombs must not pile up either.
    if (this.pieces.length >= this.settings.maxRecords) this.end();
  }

  /** Sends what is left of a batch. */
  end(): void {
    if (this.pieces.length === 0) return;
    const records = this.pieces.map(({ record }) => record);
    this.send({ ...this.copy(this.sources), payload: records });
    this.pieces = [];
    this.sources = [];
  }

  private sendEach(index: number, pieces: readonly Piece[]): void {
    const count = pieces.length;
    const isSplit = this.batchSize >= 0 || count > 1;
    const id = isSplit ? this.tools.newId() : '';
    pieces.forEach(({ record, time }, at) => {
      // The message that came in goes on where it can.
      const msg = isSplit ? this.copy(index) : this.msg;
      msg.payload = record;
      if (time !== undefined) msg.timestamp = time;
      if (isSplit) msg.parts = { id, type: 'array', index: at, count, ...nested(this.msg.parts) };
      this.send(msg);
    });
  }

  /** The message without its payload, saying of its records only what is about those that go on. */
  private copy(source: number | readonly number[]): Message {
    const rest: Message = without(this.msg, 'payload');
    if (this.batchSize < 0) return this.tools.clone(rest);
    return this.tools.clone({ ...rest, ...alongside(this.msg, this.batchSize, source) });
  }
}

/** An outer sequence is kept inside, as the core split node does. */
function nested(parts: unknown): object {
  return parts === undefined ? {} : { parts };
}
