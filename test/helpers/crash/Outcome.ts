import { isDeepStrictEqual } from 'node:util';
import type { Notification } from '../../../local/sns';

interface WindowResult {
  readonly kind: 'window';
  readonly sensor: string;
  readonly start: number;
  readonly window: { readonly count: number };
}

interface IncidentResult {
  readonly kind: 'incident';
  /** of the window that it was told of, ms since the epoch */
  readonly start: number;
  readonly incident: { readonly id: string; readonly state: string; readonly escalation: number };
}

type Result = WindowResult | IncidentResult | { readonly kind: 'late'; readonly id: number };

/** What has come out of a flow, told apart from what has come out again. */
export class Outcome {
  /** by `<sensor> <start>`, as it came first */
  readonly windows = new Map<string, WindowResult>();
  readonly late = new Set<number>();
  /** what was told of lasting incidents, by their ids and what has become of them */
  readonly incidents = new Map<string, string>();
  /** texts by id */
  readonly alerts = new Map<string, string>();
  readonly ordered = new Map<string, string>();
  repeatedWindows = 0;
  repeatedAlerts = 0;
  repeatedOrdered = 0;
  /** what came again, but was not the same */
  readonly contradictions: string[] = [];

  takeResult(data: Uint8Array): void {
    const result = JSON.parse(Buffer.from(data).toString('utf8')) as Result;
    if (result.kind === 'late') return void this.late.add(result.id);
    if (result.kind === 'incident') return this.takeIncident(result);
    const key = `${result.sensor} ${result.start}`;
    const before = this.windows.get(key);
    if (!before) return void this.windows.set(key, result);
    this.repeatedWindows++;
    if (!isDeepStrictEqual(result, before)) {
      this.contradictions.push(`window ${key}: ${JSON.stringify(before)}, then ${JSON.stringify(result)}`);
    }
  }

  private takeIncident(result: IncidentResult): void {
    const { id, state, escalation } = result.incident;
    const key = `${id} ${state} ${escalation}`;
    const text = JSON.stringify(result);
    const before = this.incidents.get(key) ?? text;
    if (before !== text) this.contradictions.push(`incident ${key}: ${before}, then ${text}`);
    this.incidents.set(key, before);
  }

  takeAlert(notification: Notification): void {
    if (!this.note(this.alerts, notification)) this.repeatedAlerts++;
  }

  takeOrdered(notification: Notification): void {
    if (!this.note(this.ordered, notification)) this.repeatedOrdered++;
  }

  /** @returns whether it is the first of its id */
  private note(seen: Map<string, string>, { attributes, subject, message }: Notification): boolean {
    const id = attributes.notificationId?.Value ?? 'none';
    const text = `${subject ?? ''}: ${message}`;
    const before = seen.get(id);
    if (before === undefined) return Boolean(seen.set(id, text));
    if (before !== text) this.contradictions.push(`notification ${id}: "${before}", then "${text}"`);
    return false;
  }
}

/**
 * What is wrong with an outcome: where it differs from that of an undisturbed run over the same records, and from what
 * the records themselves say. Numbers are the same only if all their bits are.
 * @param counts how many readings each window must hold
 * @param late the readings that no window may hold
 */
export function differences(
  { windows, late, incidents, alerts, ordered, repeatedOrdered, contradictions }: Outcome,
  undisturbed: Outcome,
  expected: { readonly counts: ReadonlyMap<string, number>; readonly late: ReadonlySet<number> },
): string[] {
  const found = [...contradictions];
  for (const [key, count] of expected.counts) {
    const seen = windows.get(key)?.window.count;
    if (seen !== count) found.push(`window ${key} must hold ${count} readings, got ${seen ?? 'no window'}`);
  }
  for (const key of windows.keys()) if (!expected.counts.has(key)) found.push(`window ${key} must not be`);
  for (const [key, window] of undisturbed.windows) {
    const seen = windows.get(key);
    if (seen && !isDeepStrictEqual(seen, window)) {
      found.push(`window ${key}: ${JSON.stringify(seen)}, undisturbed ${JSON.stringify(window)}`);
    }
  }
  found.push(...unequal('late readings', setOf(late), setOf(expected.late)));
  found.push(...unequal('incidents', incidents, undisturbed.incidents));
  found.push(...unequal('notifications', alerts, undisturbed.alerts));
  found.push(...unequal('notifications in order', ordered, undisturbed.ordered));
  if (repeatedOrdered > 0) found.push(`${repeatedOrdered} notifications came again through the FIFO topic`);
  return found;
}

function setOf(ids: ReadonlySet<number>): Map<string, string> {
  return new Map([...ids].map((id) => [String(id), '']));
}

function unequal(
  what: string,
  seen: ReadonlyMap<string, string>,
  expected: ReadonlyMap<string, string>,
): string[] {
  const missing = [...expected].filter(([id, text]) => seen.get(id) !== text);
  const extra = [...seen].filter(([id]) => !expected.has(id));
  return [
    ...missing.map((entry) => `${what}: missing or different: ${entry.join(' ')}`),
    ...extra.map((entry) => `${what}: must not be: ${entry.join(' ')}`),
  ];
}
