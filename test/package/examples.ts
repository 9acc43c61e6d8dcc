import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './manifest';

/** One node of an exported flow. */
export interface FlowNode {
  readonly id: string;
  readonly type: string;
  readonly name?: string;
  readonly info?: string;
  readonly [setting: string]: unknown;
}

export interface Example {
  /** as the import menu shows it */
  readonly name: string;
  readonly nodes: readonly FlowNode[];
}

const folder = path.join(root, 'examples');

export const examples: readonly Example[] = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.json'))
  .sort()
  .map((file) => ({
    name: file.replace(/\.json$/, ''),
    nodes: JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as FlowNode[],
  }));

/** The Kinesis streams that the examples write and read. */
export const exampleStreams: readonly string[] = [
  ...new Set(
    examples
      .flatMap(({ nodes }) => nodes)
      .filter(({ type }) => type.startsWith('kinesis-'))
      .map(({ stream }) => String(stream)),
  ),
];
