import type { Node, NodeAPI } from 'node-red';
import type { KnownEvents } from '../../lib/detection/calendar/KnownEvents';
import { knownEventsOf } from '../../lib/node-red/knownEvents';
import { named } from '../../lib/node-red/NodeError';
import type { MetricsSettings } from './settings';

/** What is known beforehand. A calendar file that cannot be read is reported, and the flow goes on without it. */
export function eventsOf(RED: NodeAPI, node: Node, settings: MetricsSettings): KnownEvents {
  const events = knownEventsOf(RED, settings);
  try {
    events.reload();
  } catch (error) {
    // What is told without a calendar is more than what is told with one.
    node.error(named(node, error));
  }
  return events;
}
