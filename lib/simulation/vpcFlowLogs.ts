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
        const eventId = (position: number) =>
          [round.index, pass, index, position].map((part) => String(part).padStart(14, '0')).join('');
        const events = lines.map((line, position) => logEvent(eventId(position), line, extractedFields));
        const payload = envelope(interfaceId, events);
        const timestamp = start + minute;
        yield { payload, timestamp, label };

        // A broken record comes beside the good one, not instead, so that the data has no gap.
        const chance = new Random(seed, round.index, pass, index, 1);
        if (chance.chance(corruptRate)) {
          const fault = chance.pick(faults);
          const badLine = { id: eventId(lines.length), timestamp: start, message: `2 ${account} not a flow` };
          yield {
            payload: fault === 'bad-line' ? envelope(interfaceId, [badLine]) : broken(fault, payload, chance),
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

function logEvent(id: string, line: FlowLine, extracted: boolean): LogEvent {
  return {
    id,
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

function broken(fault: 'truncated' | 'garbage', good: Buffer, random: Random): Buffer {
  if (fault === 'truncated') return good.subarray(0, Math.floor(good.length * 0.6));
  // No compressed or textual format starts with this byte.
  return Buffer.from([0xff, ...Array.from({ length: 63 }, () => random.integer(0, 255))]);
}

function compressed(document: object): Buffer {
  return gzipSync(JSON.stringify(document));
}
