/** What the settings of the flow log example find in several days of its own data, without the services around them. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { BlobFolder } from '../../lib/delivery/checkpoint/BlobFolder';
import type { RecordInMessage } from '../../lib/records/messageProperty';
import { flowLogFields, flowsOf } from '../../lib/simulation/flows';
import { Random } from '../../lib/simulation/Random';
import { momentTime } from '../../lib/settings/moment';
import { exampleFlow, nodeOfType } from '../../local/exampleFlows';
import { RcfScore, type Outcome } from '../../nodes/rcf-score/RcfScore';
import type { Anomaly } from '../../nodes/rcf-score/SeriesModel';
import { settings as scoreSettings } from '../../nodes/rcf-score/settings';
import { ScoreThreshold } from '../../nodes/score-threshold/ScoreThreshold';
import { settings as thresholdSettings } from '../../nodes/score-threshold/settings';
import { settings as simulatorSettings } from '../../nodes/stream-simulator/settings';

const minute = 60_000;
const days = 3;

const flow = exampleFlow('vpc-flow-logs');
const { interfaces, passes, seed, startTime, anomalies } = simulatorSettings.parse(
  nodeOfType(flow, 'stream-simulator'),
);

interface Sums {
  readonly interface_id: string;
  readonly bytes: number;
  readonly packets: number;
}

/** What tumbling-window makes of the logs of one minute. */
function sumsOf(index: number, round: number, pass: number, start: number): Sums {
  const interfaceId = interfaces[index]!;
  const injected = anomalies?.find(
    ({ target, from, length }) => target === interfaceId && pass >= from && pass < from + length,
  );
  const lines = flowsOf(
    { interfaceId, index, start, factor: injected?.value ?? 1 },
    new Random(seed, round, pass, index, 0),
  );
  const sum = (field: (typeof flowLogFields)[number]) =>
    lines.reduce((total, line) => total + (Number(line[flowLogFields.indexOf(field)]) || 0), 0);
  return { interface_id: interfaceId, bytes: sum('bytes'), packets: sum('packets') };
}

describe('the settings of the example vpc-flow-logs', function () {
  this.timeout(60_000);
  let folder: string;
  before(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'flow-logs-'))));
  after(() => rmSync(folder, { recursive: true }));

  it('tell the spike and the outage of every day, each with its direction, and nothing else', () => {
    const scorer = new RcfScore(
      scoreSettings.parse(nodeOfType(flow, 'rcf-score')),
      new BlobFolder(path.join(folder, 'models')),
    );
    const threshold = new ScoreThreshold(thresholdSettings.parse(nodeOfType(flow, 'score-threshold')), {
      owner: 'test',
      events: { at: () => undefined },
    });
    const told: string[] = [];
    for (let at = 0; at < days * passes; at++) {
      const start = momentTime(startTime)! + at * minute;
      const [round, pass] = [Math.floor(at / passes), at % passes];
      interfaces.forEach((topic, index) => {
        const record = sumsOf(index, round, pass, start);
        const msg: Record<string, unknown> = { topic, timestamp: start + minute };
        const item: RecordInMessage = { msg, record, index: -1 };
        const [outcome] = scorer.score([item]) as [Outcome];
        const anomaly = outcome as Anomaly;
        msg.anomaly = anomaly;
        if (threshold.judge(item).passes) told.push(`day ${round + 1}: ${anomaly.direction} on ${topic}`);
      });
    }
    const expected = Array.from({ length: days }, (_, day) => [
      `day ${day + 1}: HIGH on ${interfaces[0]}`,
      `day ${day + 1}: LOW on ${interfaces[1]}`,
    ]);
    assert.deepEqual(told, expected.flat());
  });
});
