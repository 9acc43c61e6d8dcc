import { gzipSync } from 'node:zlib';
import { account, flowLogFields, flowsOf, type FlowLine } from './flows';
import { injectionAt } from './injectionAt';
import { Random } from './Random';
import type { Round, Scenario, SimulatedRecord } from './Scenario';

const minute = 60_000;
const faults = ['truncated', 'garbage', 'bad-line'] as const;

/**
 * VPC Flow Logs as a CloudWatch Logs subscription delivers them to Kinesis: gzip-compressed envelopes of many lines. A
 * pass is a minute, in which every network interface sends one envelope when the minute is over. By default the first
 * interface has a spike (a visitor storm or a DDoS) and the second an outage.
 */
export const vpcFlowLogs: Scenario = {
  value: { min: 0, max: 10_000 },
  targets: ({ interfaces }) => interfaces,
  usualAnomalies: ({ interfaces }) => [
    { from: 1950, length: 10, value: 25, target: interfaces[0] ?? '' },
    { from: 2200, length: 15, value: 0.02, target: interfaces[1] ?? interfaces[0] ?? '' },
  ],
  passLength: () => minute,

  *records({ passes, seed, interfaces, corruptRate, extractedFields }, round) {
    const first = Math.floor(round.start / minute) * minute;
    if (round.index === 0) yield probe(round.start, round);
    for (let pass = 0; pass < passes; pass++) {
      const start = first + pass * minute;
      for (const [index, interfaceId] of interfaces.entries()) {
        const injection = injectionAt(round, pass, interfaceId);
        const factor = injection?.value ?? 1;
        const label = {
          anomaly: injection !== undefined,
          kind: injection ? (factor < 1 ? 'outage' : 'spike') : 'normal',
          pass,
          round: round.index,
          target: interfaceId,
        };
        // Streams of their own: neither an injection nor a broken record changes any other envelope.
        const lines = flowsOf(
          { interfaceId, index, start, factor },
          new Random(seed, round.index, pass, index, 0),
        );
        const events = lines.map((line, position) =>
          logEvent(line, [round.index, pass, index, position], extractedFields),
        );
        const payload = envelope(interfaceId, events);
        const timestamp = start + minute;
        yield { payload, timestamp, label };

        // A broken record comes beside the good one, not instead, so that the data has no gap.
        const chance = new Random(seed, round.index, pass, index, 1);
        if (chance.chance(corruptRate)) {
          const fault = chance.pick(faults);
          yield {
            payload: broken(fault, payload, interfaceId, timestamp, chance),
            timestamp,
            label: { ...label, anomaly: false, kind: 'normal', fault },
          };
        }
      }
    }
  },
};

interface LogEvent {
  readonly id: string;
  /** milliseconds since the epoch: the flow's start */
  readonly timestamp: number;
  readonly message: string;
  /** strings throughout, as CloudWatch Logs sends them when the subscription's filter names the fields */
  readonly extractedFields?: Readonly<Record<string, string>>;
}

function logEvent(line: FlowLine, position: readonly number[], extracted: boolean): LogEvent {
  return {
    id: position.map((part) => String(part).padStart(14, '0')).join(''),
    timestamp: Number(line[flowLogFields.indexOf('start')]) * 1000,
    message: line.join(' '),
    ...(extracted && {
      extractedFields: Object.fromEntries(flowLogFields.map((name, index) => [name, String(line[index])])),
    }),
  };
}

function envelope(interfaceId: string, logEvents: readonly LogEvent[]): Buffer {
  return compressed({
    messageType: 'DATA_MESSAGE',
    owner: account,
    logGroup: 'vpc-flow-logs',
    logStream: `${interfaceId}-all`,
    subscriptionFilters: ['vpc-flow-logs'],
    logEvents,
  });
}

/** What CloudWatch Logs sends first, to see whether the destination can be reached. */
function probe(timestamp: number, round: Round): SimulatedRecord {
  const message = 'CWL CONTROL MESSAGE: Checking health of destination Kinesis.';
  const payload = compressed({
    messageType: 'CONTROL_MESSAGE',
    owner: 'CloudwatchLogs',
    logGroup: '',
    logStream: '',
    subscriptionFilters: [],
    logEvents: [{ id: '', timestamp, message }],
  });
  return { payload, timestamp, label: { anomaly: false, kind: 'control', pass: 0, round: round.index } };
}

function broken(
  fault: (typeof faults)[number],
  good: Buffer,
  interfaceId: string,
  timestamp: number,
  random: Random,
): Buffer {
  switch (fault) {
    case 'truncated':
      return good.subarray(0, Math.floor(good.length * 0.6));
    case 'garbage':
      // The first byte is none that a compressed or textual format starts with.
      return Buffer.from([0xff, ...Array.from({ length: 63 }, () => random.integer(0, 255))]);
    case 'bad-line':
      return envelope(interfaceId, [
        { id: '', timestamp: timestamp - minute, message: `2 ${account} ${interfaceId} is no flow log line` },
      ]);
  }
}

function compressed(document: object): Buffer {
  return gzipSync(JSON.stringify(document));
}
