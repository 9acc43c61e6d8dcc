import { readFileSync } from 'node:fs';
import { parse } from 'acorn';
import { walk, type AnyNode } from './syntax';

/** A catalogue flattened: dotted key to text. */
export function readCatalogue(file: string): ReadonlyMap<string, string> {
  return new Map(flatten(JSON.parse(readFileSync(file, 'utf8')) as object, ''));
}

function* flatten(value: object, prefix: string): Generator<[string, string]> {
  for (const [name, entry] of Object.entries(value) as [string, string | object][]) {
    if (typeof entry === 'object') yield* flatten(entry, `${prefix}${name}.`);
    else yield [prefix + name, entry];
  }
}

export interface KeysInCode {
  /** keys written out: `'rcf-score.status.learning'` */
  readonly whole: readonly string[];
  /** beginnings of keys put together at run time: `` `rcf-score.phase.${phase}` `` */
  readonly prefixes: readonly string[];
}

/** The keys under `namespace` that scripts name in string literals and templates. */
export function keysInCode(namespace: string, scripts: readonly AnyNode[]): KeysInCode {
  const start = `${namespace}.`;
  const whole: string[] = [];
  const prefixes: string[] = [];
  for (const node of scripts.flatMap((script) => [...walk(script)])) {
    if (node.type === 'Literal' && typeof node.value === 'string') {
      // Outside of a node's own functions a key carries its catalogue: `@scope/package/type:key`.
      const key = node.value.replace(/^@[^:]+:/, '');
      if (key.startsWith(start) && !/\.(svg|js|html|json)$/.test(key)) whole.push(key);
    }
    if (node.type === 'TemplateLiteral') {
      const [head, ...more] = (node.quasis as AnyNode[]).map(
        (part) => (part.value as { cooked: string }).cooked,
      );
      if (head!.startsWith(start)) (more.length > 0 ? prefixes : whole).push(head!);
    }
  }
  return { whole, prefixes };
}

export function parseScript(file: string): AnyNode {
  return parse(readFileSync(file, 'utf8'), { ecmaVersion: 'latest' }) as unknown as AnyNode;
}
