import type { NodeStatus } from 'node-red';

/**
 * The status of a node that counts what became of its records: the first count always, each other one once there is
 * something to it; red while the latest message has failed.
 * @param say the text for a count, by its name
 */
export function countsStatus(
  counts: Readonly<Record<string, number>>,
  say: (name: string, values: Record<string, string>) => string,
  failed: boolean,
): NodeStatus {
  const texts = Object.entries(counts)
    .filter(([, count], index) => index === 0 || count > 0)
    .map(([name, count]) => say(name, { [name]: String(count) }));
  return { fill: failed ? 'red' : 'green', shape: 'dot', text: texts.join(', ') };
}
