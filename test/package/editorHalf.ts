/**
 * Reads a node's editor half the way the flow library and `node-red-dev validate` do: from the text, without running it.
 * What they cannot read (a type name in a variable, a spread, a quoted key) never reaches the node's page there.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parse } from 'acorn';
import { callsOf, type AnyNode } from './syntax';

export interface EditorHalf {
  /** the scripts that the editor runs, parsed */
  readonly scripts: readonly AnyNode[];
  /** the first arguments of every registerType */
  readonly types: readonly string[];
  /** what registerType was given: literal properties, undefined where the value is a function or an object */
  readonly definition: ReadonlyMap<string, unknown>;
  /** the properties of `defaults`, each with its own */
  readonly defaults: ReadonlyMap<string, ReadonlyMap<string, unknown>>;
  readonly credentials: readonly string[];
  /** the dialog between the template's script tags */
  readonly template: string;
  readonly templateNames: readonly string[];
}

/** @throws AssertionError where the scorecard's parser would stop */
export function readEditorHalf(file: string): EditorHalf {
  const html = readFileSync(file, 'utf8');
  const scripts = [...html.matchAll(/<script type="text\/javascript">([\s\S]*?)<\/script>/g)].map(
    ([, text]) => parse(text!, { ecmaVersion: 2020 }) as unknown as AnyNode,
  );
  const templates = [
    ...html.matchAll(/<script type="text\/html" data-template-name="([^"]+)">([\s\S]*?)<\/script>/g),
  ];
  const calls = scripts.flatMap((script) => [...callsOf('registerType', script)]);
  const [first] = calls;
  assert.ok(first, `${file} registers no type`);
  const [, object] = first.arguments as AnyNode[];
  const definition = propertiesOf(object, 'the definition');
  const section = (name: string) =>
    definition.has(name) ? propertiesOf(definition.get(name), name) : new Map<string, AnyNode>();
  return {
    scripts,
    types: calls.map((call) => literal((call.arguments as AnyNode[])[0]) as string),
    definition: literals(definition),
    defaults: new Map(
      [...section('defaults')].map(([name, value]) => [name, literals(propertiesOf(value, name))]),
    ),
    credentials: [...section('credentials').keys()],
    template: templates[0]?.[2] ?? '',
    templateNames: templates.map(([, name]) => name!),
  };
}

function propertiesOf(object: AnyNode | undefined, what: string): Map<string, AnyNode> {
  assert.equal(object?.type, 'ObjectExpression', `${what} must be written inline`);
  return new Map(
    (object.properties as AnyNode[]).map((property) => {
      assert.equal(property.type, 'Property', `${what} must not spread another object`);
      const key = property.key as AnyNode;
      assert.ok(
        key.type === 'Identifier' && !property.computed,
        `${what} must have plain keys, no quoted ones`,
      );
      return [key.name as string, property.value as AnyNode];
    }),
  );
}

function literals(properties: Map<string, AnyNode>): Map<string, unknown> {
  return new Map([...properties].map(([name, value]) => [name, literal(value)]));
}

function literal(node: AnyNode | undefined): unknown {
  return node?.type === 'Literal' ? node.value : undefined;
}
