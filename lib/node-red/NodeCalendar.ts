import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Node, NodeAPI } from 'node-red';
import type { CalendarEffect } from '../detection/calendar/Calendar';
import { KnownEvents, type KnownEventsSettings } from '../detection/calendar/KnownEvents';
import { named } from './NodeError';
import { userFolder } from './userFolder';

/**
 * The events that a node's settings name. A file's path is relative to the folder that Node-RED keeps its data in. When it
 * cannot be read at the start, the node says so and goes on: without a calendar more is told than with one, not less.
 */
export class NodeCalendar {
  private readonly events: KnownEvents;
  private readable = false;

  constructor(RED: NodeAPI, node: Node, settings: KnownEventsSettings) {
    this.events = new KnownEvents(settings, (file) =>
      readFileSync(path.resolve(userFolder(RED), file), 'utf8'),
    );
    try {
      this.read();
    } catch (error) {
      node.error(named(node, error));
    }
  }

  /** Whether the file was read when it was to be read last. */
  get isReadable(): boolean {
    return this.readable;
  }

  /**
   * Reads the file again.
   * @throws Error naming file and line when it cannot be read; what was known before is known further on
   */
  read(): void {
    this.readable = false;
    this.events.reload();
    this.readable = true;
  }

  /** See Calendar. */
  at(time: number, key: string, until = time, measure?: string): CalendarEffect | undefined {
    return this.events.at(time, key, until, measure);
  }
}
