import type { Node, NodeAPI, NodeMessageInFlow } from 'node-red';
import { identityOf } from '../../lib/delivery/identity';
import { within } from '../../lib/delivery/partitions';
import { parseFeedback } from '../../lib/detection/feedback/feedbackCommand';
import type { Late } from '../../lib/metrics/Interval';
import { remember, type Memory } from '../../lib/node-red/checkpoints';
import { offerFeedback } from '../../lib/node-red/feedbackRoute';
import { ModelFolder } from '../../lib/node-red/ModelFolder';
import { NodeCalendar } from '../../lib/node-red/NodeCalendar';
import { named } from '../../lib/node-red/NodeError';
import { forEachRecordInSteps, onInput, recordsOf, type Send } from '../../lib/node-red/onInput';
import { Slices } from '../../lib/node-red/Slices';
import type { Status } from '../../lib/node-red/Status';
import { someOf } from '../../lib/records/alongside';
import { isBatch } from '../../lib/records/batch';
import type { Message, RecordInMessage } from '../../lib/records/messageProperty';
import { partitionOf } from '../../lib/records/partitionOf';
import { topicOf } from '../../lib/records/topicOf';
import type { Steps } from '../../lib/steps/Steps';
import type { Instant } from '../../lib/windows/Watermark';
import { MetricsDetector, type Outcome } from './MetricsDetector';
import { openModels } from './openModels';
import type { MetricsSettings } from './settings';

/** how often the clock is looked at when no message comes, ms */
const pulse = 1000;

/** Watches the rows that come, and remembers. */
export function watchLive(RED: NodeAPI, node: Node, settings: MetricsSettings, status: Status): void {
  const folder = new ModelFolder(RED, node);
  const events = new NodeCalendar(RED, node, settings);
  const memory: Memory<MetricsDetector> = remember(RED, node, {
    unreadable: RED._('metrics-detector.status.unreadable'),
    create: (scope) =>
      new MetricsDetector(settings, openModels(RED, folder, scope), {
        sender: JSON.stringify([identityOf(node), scope]),
        scope,
        events,
        partitions: () => within(scope, memory.partitions()),
        dropped(setting, combinations) {
          const values = {
            setting: RED._(`metrics-detector.label.${setting}`),
            series: String(combinations),
          };
          node.warn(RED._('metrics-detector.warning.dropped', values));
        },
        refused(key) {
          const values = { key, maxSeries: String(settings.maxSeries) };
          node.warn(RED._('metrics-detector.warning.refused', values));
        },
        notWritten(error) {
          const values = { error: error instanceof Error ? error.message : String(error) };
          node.error(named(node, new Error(RED._('metrics-detector.error.notWritten', values))));
        },
      }),
    dispose: (detector) => detector.close(),
    left(gone) {
      if (gone) folder.discard();
    },
  });
  const { states } = memory;
  const slices = new Slices(states, memory.work);
  let learned = 0;
  let timer: NodeJS.Timeout | undefined;
  keepTime();
  node.on('close', () => {
    clearTimeout(timer);
    slices.close();
  });
  offerFeedback(RED, node, () => states.all().flatMap(({ reviewed }) => reviewed));

  onInput(node, (msg, send) => slices.run(msg, handle(msg, send)));

  function* handle(msg: Message, send: Send): Steps {
    const now = readClocks();
    const tellNow = (outcome: Outcome) => tell(send, outcome);
    // Told at once: a row that is refused below must not take finished intervals with it.
    for (const detector of states.all()) yield* detector.advance(now, tellNow);
    if (msg.calendar) events.read();
    else if (msg.feedback) obey(msg.feedback);
    else if (msg.reset) for (const detector of states.all()) detector.reset(topicOf(msg));
    else if (msg.flush) for (const detector of states.all()) yield* detector.flush(tellNow);
    else yield* takeAll(msg, send, now);
    showLoad();
  }

  function obey(feedback: unknown): void {
    const command = parseFeedback(feedback);
    const all = states.all();
    // Of the states of shards, one has told of the incident, or those know it that have come of it by splits.
    const knowing = all.filter((detector) => detector.knows(command));
    for (const detector of knowing.length > 0 ? knowing : all.slice(0, 1)) detector.obey(command);
  }

  function* takeAll(msg: Message, send: Send, now: Instant): Steps {
    const late: { readonly index: number; readonly why: Late }[] = [];
    function* take(item: RecordInMessage): Steps {
      const detector = states.of(partitionOf(item));
      const taken = yield* detector.take(item, now, (outcome) => tell(send, outcome));
      if (typeof taken === 'object') late.push({ index: item.index, why: taken });
    }
    const rows = recordsOf(msg);
    // History often comes series by series.
    yield* forEachRecordInSteps(node, msg, take, msg.train ? states.of('').inOrder(rows) : rows);
    if (late.length > 0) send([null, lateMessage(msg, late)]);
  }

  function tell(send: Send, { incidents, points, faults }: Outcome): void {
    // The status tells of history until the first interval that is judged.
    learned = points ? 0 : learned + 1;
    for (const { key, time, error } of faults) {
      node.error(named(node, error), { topic: key, timestamp: time } as unknown as NodeMessageInFlow);
    }
    if (points) send([incidents.length > 0 ? incidents : null, points]);
  }

  /** Closes intervals on time when no message comes. */
  function keepTime(): void {
    const now = readClocks();
    // What is under way looks at the clock itself, when its turn comes.
    if (!states.underWay && states.all().some((detector) => detector.isDue(now))) {
      memory.track((msg) => slices.run(msg, closeOverdue()));
    }
    timer = setTimeout(keepTime, pulse).unref();
  }

  function* closeOverdue(): Steps {
    const send: Send = (msg) => node.send(msg as never);
    for (const detector of states.all())
      yield* detector.advance(readClocks(), (outcome) => tell(send, outcome));
    showLoad();
  }

  function showLoad(): void {
    const loads = states.all().map(({ load }) => load);
    const sum = (name: keyof MetricsDetector['load']) => loads.reduce((total, load) => total + load[name], 0);
    const [learning, refused, incidents] = [sum('learning'), sum('refused'), sum('incidents')];
    const [behind] = loads.filter((load) => load.learning > 0).sort((a, b) => a.seen - b.seen);
    const values = {
      series: String(sum('series')),
      learning: String(learning),
      refused: String(refused),
      incidents: String(incidents),
      learned: String(learned),
      seen: String(behind?.seen),
      needed: String(behind?.needed),
    };
    const text = (key: string) => RED._(`metrics-detector.status.${key}`, values);
    const shapes = (['skewed', 'sparse'] as const)
      .filter((shape) => sum(shape) > 0)
      .map((shape) => ` · ${sum(shape)} ${RED._(`metrics-detector.shape.${shape}`)}`);
    if (incidents > 0) status.set({ fill: 'red', shape: 'dot', text: text('incidents') });
    else if (refused > 0) status.set({ fill: 'yellow', shape: 'dot', text: text('refused') });
    else if (learning > 0) status.set({ fill: 'blue', shape: 'ring', text: text('learning') });
    else if (learned > 0) status.set({ fill: 'blue', shape: 'dot', text: text('learned') });
    else status.set({ fill: 'green', shape: 'dot', text: text('watching') + shapes.join('') });
  }
}

export function readClocks(): Instant {
  return { wall: Date.now(), steady: performance.now() };
}

/** A late row leaves in its own message, unchanged; those of a batch in a smaller batch. */
function lateMessage(msg: Message, late: readonly { readonly index: number; readonly why: Late }[]): Message {
  if (!isBatch(msg.payload)) return Object.assign(msg, { late: late[0]!.why });
  const indexes = late.map(({ index }) => index);
  return Object.assign(msg, someOf(msg, indexes), { late: late.map(({ why }) => why) });
}
