import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';

/** A name that no other worker has or ever had, and that tells people where it runs. */
export function workerName(): string {
  return `${hostname()}-${randomUUID()}`;
}
