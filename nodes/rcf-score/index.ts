import path from 'node:path';
import type { Node, NodeAPI, NodeStatus } from 'node-red';
import { Saver } from '../../lib/delivery/Saver';
import { named } from '../../lib/node-red/NodeError';
import { failRecord, onInput, recordsOf } from '../../lib/node-red/onInput';
import { registerNode } from '../../lib/node-red/registerNode';
import { StartError } from '../../lib/node-red/StartError';
import { userFolder } from '../../lib/node-red/userFolder';
import { alongside } from '../../lib/records/alongside';
import { isBatch, isObject } from '../../lib/records/batch';
import { describeValue } from '../../lib/records/describeValue';
import type { RecordInMessage } from '../../lib/records/messageProperty';
import { topicOf } from '../../lib/records/topicOf';
import { ModelFolder, type Found } from './ModelFolder';
import { RcfScore, type Outcome } from './RcfScore';
import type { Anomaly } from './SeriesModel';
import { settings, type RcfScoreSettings } from './settings';
import { shapeOf, type ShapeChange } from './shape';
import { borrowThreads } from './sharedThreads';

/** Milliseconds between two saves: what a crash of the machine can cost. */
const saveInterval = 60_000;

export = (RED: NodeAPI): void => {
  registerNode(RED, 'rcf-score', settings, ({ node, settings, status }) => {
    const folder = openFolder(node, settings);
    const { threads, giveBack } = borrowThreads(settings.threads);
    let warned = false;
    const onForgotten = (key: string) => {
      if (!warned)
        node.warn(RED._('rcf-score.warning.forgotten', { key, maxKeys: String(settings.maxKeys) }));
      warned = true;
    };
    const scorer = new RcfScore(settings, folder.files, onForgotten, threads);
    const saver = settings.persist
      ? new Saver(
          () => scorer.save(),
          (error) => node.error(named(node, notSaved(error))),
          saveInterval,
        )
      : undefined;
    if (scorer.series > 0) status.set(resumed(scorer.series));

    node.on('close', (removed: boolean, done: () => void) => {
      const gone = isGone(node, removed);
      void (saver?.close() ?? Promise.resolve()).then(async () => {
        scorer.close();
        if (gone || !saver) folder.discard();
        await giveBack();
        done();
      });
    });

    onInput(node, (msg, send) => {
      if (msg.reset) {
        scorer.reset(topicOf(msg));
        status.set({});
        return;
      }
      const items = recordsOf(msg);
      if (msg.train) {
        scorer.train(items).forEach((outcome, place) => failed(node, items[place]!, outcome));
        status.set({ fill: 'blue', shape: 'ring', text: RED._('rcf-score.status.trained') });
        return;
      }
      const records: unknown[] = [];
      const indexes: number[] = [];
      const anomalies: Anomaly[] = [];
      scorer.score(items).forEach((outcome, place) => {
        const item = items[place]!;
        if (failed(node, item, outcome)) return;
        records.push(item.index >= 0 ? withAnomaly(item.record, outcome) : item.record);
        indexes.push(item.index);
        anomalies.push(outcome);
      });
      const last = anomalies.at(-1);
      if (!last) return;
      status.set(statusOf(last, scorer.series));
      if (!isBatch(msg.payload)) msg.anomaly = last;
      else {
        Object.assign(msg, alongside(msg, msg.payload.length, indexes), { payload: records });
        // Numbers and vectors cannot hold a property of their own.
        if (records.every(isObject)) delete msg.anomaly;
        else msg.anomaly = anomalies;
      }
      send(msg);
    });
  });

  /** The folder of the node's models, with those in it that its settings can go on with. */
  function openFolder(node: Node, settings: RcfScoreSettings): ModelFolder {
    const place = path.join(userFolder(RED), 'streamcut', 'models', node.id.replace(/[^\w-]/g, '_'));
    const folder = new ModelFolder(place);
    try {
      if (!settings.persist) folder.discard();
      const found = folder.open(shapeOf(settings));
      if (found.models !== 'kept') node.warn(warningOf(found));
      return folder;
    } catch (error) {
      const values = { folder: place, error: error instanceof Error ? error.message : String(error) };
      throw new StartError(
        RED._('rcf-score.status.unreadable'),
        RED._('rcf-score.error.unreadable', values),
        error,
      );
    }
  }

  function warningOf(found: Exclude<Found, { models: 'kept' }>): string {
    const count = String(found.count);
    if (found.models === 'taken-back') return RED._('rcf-score.warning.takenBack', { count });
    return RED._('rcf-score.warning.setAside', { count, changes: found.changes.map(textOf).join(', ') });
  }

  function notSaved(error: unknown): Error {
    const reason = error instanceof Error ? error.message : String(error);
    return new Error(RED._('rcf-score.error.notSaved', { error: reason }), { cause: error });
  }

  function textOf({ setting, from, to }: ShapeChange): string {
    return `${RED._(`rcf-score.label.${setting}`)} ${shown(from)} → ${shown(to)}`;
  }

  /** A disabled node is removed from the flow too, but may come back. */
  function isGone(node: Node, removed: boolean): boolean {
    let known = false;
    if (removed) RED.nodes.eachNode(({ id }) => void (known ||= id === node.id));
    return removed && !known;
  }

  function resumed(series: number): NodeStatus {
    const text = RED._('rcf-score.status.resumed', { series: String(series) });
    return { fill: 'blue', shape: 'dot', text };
  }

  function statusOf({ score, isAnomaly, warmup, missing }: Anomaly, series: number): NodeStatus {
    if (warmup) {
      const values = { seen: String(warmup.seen), needed: String(warmup.needed) };
      return { fill: 'blue', shape: 'ring', text: RED._('rcf-score.status.learning', values) };
    }
    if (missing !== undefined) {
      return { fill: 'grey', shape: 'ring', text: RED._('rcf-score.status.missing', { field: missing }) };
    }
    const values = { score: score.toFixed(2), series: String(series) };
    return {
      fill: isAnomaly ? 'red' : 'green',
      shape: 'dot',
      text: RED._(series > 1 ? 'rcf-score.status.scores' : 'rcf-score.status.score', values),
    };
  }
};

/** Only a record that takes no further property is copied. */
function withAnomaly(record: unknown, anomaly: Anomaly): unknown {
  if (!isObject(record)) return record;
  if (!Object.isExtensible(record)) return { ...record, anomaly };
  record.anomaly = anomaly;
  return record;
}

/**
 * Whether a record could not be processed. One of a batch is reported alone; that of a message of its own is the message's
 * error.
 */
function failed(node: Node, item: RecordInMessage, outcome: Outcome): outcome is Error {
  if (!(outcome instanceof Error)) return false;
  if (item.index < 0) throw outcome;
  failRecord(node, item, outcome);
  return true;
}

/** A setting's value in a sentence. */
function shown(value: unknown): string {
  if (!Array.isArray(value)) return typeof value === 'string' ? value : describeValue(value);
  return value.length > 0 ? value.join(' + ') : '–';
}
