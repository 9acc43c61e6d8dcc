import type { NodeAPI } from 'node-red';
import { decodeLater, decodeNow } from '../../lib/encoding/inflate';
import { countsStatus } from '../../lib/node-red/countsStatus';
import { failureOutput } from '../../lib/node-red/failureOutput';
import { Lane } from '../../lib/node-red/Lane';
import { onInput, recordsOf, type Send } from '../../lib/node-red/onInput';
import { registerNode } from '../../lib/node-red/registerNode';
import { alone } from '../../lib/records/alongside';
import { isBatch } from '../../lib/records/batch';
import type { Message, RecordInMessage } from '../../lib/records/messageProperty';
import { RecordError } from '../../lib/records/RecordError';
import { Emitter } from './Emitter';
import { GzipDecode } from './GzipDecode';
import { settings } from './settings';
import type { Pieces } from './split';

/** From this many bytes on a message is decompressed off the main thread. */
const large = 64 * 1024;

export = (RED: NodeAPI): void => {
  registerNode(RED, 'gzip-decode', settings, ({ node, settings, status }) => {
    const decoder = new GzipDecode(settings);
    const lane = new Lane(settings.maxQueue);
    const fail = failureOutput(RED, node);
    const counts = { records: 0, failed: 0, controls: 0 };

    onInput(node, (msg, send) => {
      if (msg.reset) {
        Object.assign(counts, { records: 0, failed: 0, controls: 0 });
        showCounts(false);
        return;
      }
      if (lane.isFull) {
        const { maxQueue } = settings;
        reject(send, msg, msg.payload, new RecordError('payload', msg.payload, atMost(maxQueue)));
        showCounts(true);
        return;
      }
      return lane.run(() => (sizeOf(msg.payload) < large ? now(msg, send) : later(msg, send)));
    });
    node.on('close', (done: () => void) => void lane.idle().then(done));

    function now(msg: Message, send: Send): void {
      const emitter = emitterFor(msg, send);
      for (const item of recordsOf(msg)) {
        try {
          take(emitter, item, send, decodeNow(decoder.decode(item.record)));
        } catch (error) {
          rejectRecord(send, item, error);
        }
      }
      finish(emitter);
    }

    async function later(msg: Message, send: Send): Promise<void> {
      const emitter = emitterFor(msg, send);
      for (const item of recordsOf(msg)) {
        try {
          take(emitter, item, send, await decodeLater(decoder.decode(item.record)));
        } catch (error) {
          rejectRecord(send, item, error);
        }
      }
      finish(emitter);
    }

    let failures = false;

    function emitterFor(msg: Message, send: Send): Emitter {
      failures = false;
      const clone = (rest: Message): Message => RED.util.cloneMessage(rest) as Message;
      return new Emitter(msg, send, settings, { clone, newId: () => RED.util.generateId() });
    }

    function take(emitter: Emitter, item: RecordInMessage, send: Send, found: Pieces): void {
      counts.records += found.pieces.length;
      counts.controls += found.controls;
      // The original goes first: the message object itself leaves with the last record.
      if (found.failure) rejectRecord(send, item, found.failure);
      emitter.take(item.index, found.pieces);
    }

    function finish(emitter: Emitter): void {
      emitter.end();
      showCounts(failures);
    }

    function rejectRecord(send: Send, item: RecordInMessage, error: unknown): void {
      reject(send, alone(item), item.record, error);
    }

    function reject(send: Send, msg: Message, payload: unknown, error: unknown): void {
      counts.failed++;
      failures = true;
      fail(send, msg, payload, error);
    }

    function showCounts(failed: boolean): void {
      const say = (name: string, values: Record<string, string>) =>
        RED._(`gzip-decode.status.${name}`, values);
      status.set(countsStatus(counts, say, failed));
    }
  });
};

function atMost(messages: number): string {
  return `one of at most ${messages} messages that wait to be decoded (maxQueue)`;
}

/** How many bytes a message holds, roughly: what decides where it is decoded. */
function sizeOf(payload: unknown): number {
  if (typeof payload === 'string' || payload instanceof Uint8Array) return payload.length;
  if (!isBatch(payload)) return 0;
  return payload.reduce<number>((sum, record) => sum + (isBatch(record) ? 0 : sizeOf(record)), 0);
}
