import type { Node, NodeAPI, NodeStatus } from 'node-red';
import type { BlobFolder } from '../../lib/delivery/checkpoint/BlobFolder';
import { States } from '../../lib/delivery/checkpoint/States';
import { forgetSaved, remember } from '../../lib/node-red/checkpoints';
import { ModelFolder } from '../../lib/node-red/ModelFolder';
import { named } from '../../lib/node-red/NodeError';
import { failRecord, onInput, recordsOf } from '../../lib/node-red/onInput';
import { registerNode } from '../../lib/node-red/registerNode';
import { StartError } from '../../lib/node-red/StartError';
import { alongside } from '../../lib/records/alongside';
import { isBatch, isObject } from '../../lib/records/batch';
import { describeValue } from '../../lib/records/describeValue';
import type { RecordInMessage } from '../../lib/records/messageProperty';
import { partitionOf } from '../../lib/records/partitionOf';
import { topicOf } from '../../lib/records/topicOf';
import type { Found } from './generations';
import { RcfScore, type Outcome } from './RcfScore';
import type { Anomaly } from './SeriesModel';
import { settings, type RcfScoreSettings } from './settings';
import type { ShapeChange } from './shape';
import { borrowThreads } from './sharedThreads';

export = (RED: NodeAPI): void => {
  registerNode(RED, 'rcf-score', settings, ({ node, settings, status }) => {
    const folder = new ModelFolder(RED, node);
    const { threads, giveBack } = borrowThreads(settings.threads);
    let warned = false;
    const create = (scope: string): RcfScore => {
      const scorer = new RcfScore(
        settings,
        openModels(folder, scope, settings),
        {
          found(found) {
            if (found.models !== 'kept') node.warn(warningOf(found));
            status.set(scorer.series > 0 ? resumed(scorer.series) : {});
          },
          forgotten(key) {
            if (!warned)
              node.warn(RED._('rcf-score.warning.forgotten', { key, maxKeys: String(settings.maxKeys) }));
            warned = true;
          },
          notWritten: (error) => node.error(named(node, notWritten(error))),
        },
        threads,
        scope,
      );
      return scorer;
    };
    const { states } = settings.persist
      ? remember<RcfScore>(RED, node, {
          unreadable: RED._('rcf-score.status.unreadable'),
          create,
          dispose: (scorer) => scorer.close(),
          left(gone) {
            if (gone) folder.discard();
            void giveBack();
          },
        })
      : forgetful(RED, node, create, () => void giveBack());

    onInput(node, (msg, send) => {
      if (msg.reset) {
        for (const scorer of states.all()) scorer.reset(topicOf(msg));
        status.set({});
        return;
      }
      const items = recordsOf(msg);
      if (msg.train) {
        inScopes(states, items, (scorer, some) => scorer.train(some)).forEach((outcome, place) =>
          failed(node, items[place]!, outcome),
        );
        status.set({ fill: 'blue', shape: 'ring', text: RED._('rcf-score.status.trained') });
        return;
      }
      const records: unknown[] = [];
      const indexes: number[] = [];
      const anomalies: Anomaly[] = [];
      inScopes(states, items, (scorer, some) => scorer.score(some)).forEach((outcome, place) => {
        const item = items[place]!;
        if (failed(node, item, outcome)) return;
        records.push(item.index >= 0 ? withAnomaly(item.record, outcome) : item.record);
        indexes.push(item.index);
        anomalies.push(outcome);
      });
      const last = anomalies.at(-1);
      if (!last) return;
      const series = states.all().reduce((sum, scorer) => sum + scorer.series, 0);
      status.set(statusOf(last, series));
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

  /** @throws StartError when the folder cannot be read, rather than later with a model that has to come back from it */
  function openModels(folder: ModelFolder, scope: string, { persist }: RcfScoreSettings): BlobFolder {
    try {
      if (!persist) folder.discard();
      return folder.open(scope);
    } catch (error) {
      const values = { folder: folder.path, error: error instanceof Error ? error.message : String(error) };
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

  function notWritten(error: unknown): Error {
    const reason = error instanceof Error ? error.message : String(error);
    return new Error(RED._('rcf-score.error.notWritten', { error: reason }), { cause: error });
  }

  function textOf({ setting, from, to }: ShapeChange): string {
    return `${RED._(`rcf-score.label.${setting}`)} ${shown(from)} → ${shown(to)}`;
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

/** The states of a node that is to forget everything when it is stopped. */
function forgetful(
  RED: NodeAPI,
  node: Node,
  create: (scope: string) => RcfScore,
  left: () => void,
): { states: States<RcfScore> } {
  const forgotten = forgetSaved(RED, node, RED._('rcf-score.status.unreadable'));
  const states = new States(create, (scorer) => scorer.close());
  const [scorer] = states.all();
  scorer?.restore(new Map(), scorer.version);
  node.on('close', (done: () => void) => {
    states.closeAll();
    left();
    void forgotten.finally(done);
  });
  return { states };
}

/** Lets the state of each scope have its records. @returns the outcomes in the order of the records */
function inScopes(
  states: States<RcfScore>,
  items: readonly RecordInMessage[],
  use: (scorer: RcfScore, items: readonly RecordInMessage[]) => Outcome[],
): Outcome[] {
  const places = new Map<RcfScore, number[]>();
  items.forEach((item, place) => {
    const scorer = states.of(partitionOf(item));
    const known = places.get(scorer);
    if (known) known.push(place);
    else places.set(scorer, [place]);
  });
  const [all] = places.keys();
  if (all && places.size === 1) return use(all, items);
  const outcomes: Outcome[] = [];
  for (const [scorer, own] of places) {
    use(
      scorer,
      own.map((place) => items[place]!),
    ).forEach((outcome, index) => (outcomes[own[index]!] = outcome));
  }
  return outcomes;
}

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
