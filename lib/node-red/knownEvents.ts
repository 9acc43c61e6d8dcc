import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { NodeAPI } from 'node-red';
import { KnownEvents, type KnownEventsSettings } from '../detection/calendar/KnownEvents';
import { userFolder } from './userFolder';

/** The events that a node's settings name. A file's path is relative to the folder that Node-RED keeps its data in. */
export function knownEventsOf(RED: NodeAPI, settings: KnownEventsSettings): KnownEvents {
  return new KnownEvents(settings, (file) => readFileSync(path.resolve(userFolder(RED), file), 'utf8'));
}
