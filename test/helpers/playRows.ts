import type { MetricsDetector, Outcome } from '../../nodes/metrics-detector/MetricsDetector';
import { atOnce } from '../../lib/steps/Steps';
import type { Message } from '../../lib/records/messageProperty';

/** Gives rows to a metrics-detector, as if each came at its own time. */
export function playRows(
  detector: MetricsDetector,
  rows: readonly { readonly time: number }[],
  msg: Message = {},
): Outcome[] {
  const outcomes: Outcome[] = [];
  for (const record of rows) {
    const now = { wall: record.time, steady: record.time };
    const note = (outcome: Outcome) => void outcomes.push(outcome);
    atOnce(detector.advance(now, note));
    atOnce(detector.take({ msg, record, index: -1 }, now, note));
  }
  return outcomes;
}
