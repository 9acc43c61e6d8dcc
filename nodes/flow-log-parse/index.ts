import type { NodeAPI } from 'node-red';
import { countsStatus } from '../../lib/node-red/countsStatus';
import { failureOutput } from '../../lib/node-red/failureOutput';
import { onInput, recordsOf, type Send } from '../../lib/node-red/onInput';
import { registerNode } from '../../lib/node-red/registerNode';
import { alongside } from '../../lib/records/alongside';
import { isBatch, isObject } from '../../lib/records/batch';
import type { Message } from '../../lib/records/messageProperty';
import { topicOf } from '../../lib/records/topicOf';
import { without } from '../../lib/records/without';
import { FlowLogParse, type Parsed } from './FlowLogParse';
import { settings } from './settings';

export = (RED: NodeAPI): void => {
  registerNode(RED, 'flow-log-parse', settings, ({ node, settings, status }) => {
    const parser = new FlowLogParse(settings);
    const fail = failureOutput(RED, node);
    const counts = { records: 0, failed: 0, dropped: 0 };

    onInput(node, (msg, send) => {
      if (msg.reset) {
        parser.reset(topicOf(msg));
        return;
      }
      const topic = topicOf(msg) ?? '';
      const failedBefore = counts.failed;
      if (isBatch(msg.payload)) parseBatch(msg, msg.payload, topic, send);
      else parseOne(msg, topic, send);
      showCounts(counts.failed > failedBefore);
    });

    /** A message of one line leaves as one record. */
    function parseOne(msg: Message, topic: string, send: Send): void {
      const lines = FlowLogParse.lines(msg.payload);
      if (lines) {
        const records = [...parser.parseLines(lines, topic)].filter((parsed) => keep(parsed, msg, send));
        if (records.length > 0) send(Object.assign(msg, { payload: records.map(recordOf) }));
        return;
      }
      const parsed = parser.parse(msg.payload, topic);
      if (!keep(parsed, msg, send)) return;
      const logEvent = source(msg.payload);
      if (logEvent) msg.logEvent = logEvent;
      if (parsed.time !== undefined) msg.timestamp = parsed.time;
      msg.payload = parsed.record;
      send(msg);
    }

    /** A batch leaves as one batch, with what was said about each record still beside it. */
    function parseBatch(msg: Message, batch: readonly unknown[], topic: string, send: Send): void {
      const records: unknown[] = [];
      const sources: number[] = [];
      for (const { record, index } of recordsOf(msg)) {
        const own = { ...msg, ...alongside(msg, batch.length, index) };
        const lines = FlowLogParse.lines(record);
        const all = lines ? parser.parseLines(lines, topic) : [parser.parse(record, topic)];
        for (const parsed of all) {
          if (!keep(parsed, own, send)) continue;
          records.push(parsed.record);
          sources.push(index);
        }
      }
      if (records.length === 0) return;
      const logEvents = sources.map((index) => source(batch[index]));
      Object.assign(msg, alongside(msg, batch.length, sources), { payload: records });
      if (logEvents.some((event) => event !== undefined)) msg.logEvent = logEvents;
      send(msg);
    }

    /** Counts what became of a line, and reports the one that failed. */
    function keep(parsed: Parsed, msg: Message, send: Send): parsed is Parsed & { kind: 'flow' } {
      if (parsed.kind === 'flow') counts.records++;
      else if (parsed.kind === 'without-data') counts.dropped++;
      else if (parsed.kind === 'failure') {
        counts.failed++;
        fail(send, msg, parsed.original, parsed.error);
      }
      return parsed.kind === 'flow';
    }

    function showCounts(failed: boolean): void {
      const say = (name: string, values: Record<string, string>) =>
        RED._(`flow-log-parse.status.${name}`, values);
      status.set(countsStatus(counts, say, failed));
    }
  });
};

function recordOf(parsed: Parsed & { kind: 'flow' }): unknown {
  return parsed.record;
}

/** Where a line was logged: its log event without the line itself. */
function source(record: unknown): Message | undefined {
  if (!isObject(record)) return undefined;
  return without(record, 'message', 'extractedFields');
}
