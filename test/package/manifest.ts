/** What the package under test says about itself, and where the build has put its nodes. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

export const root = path.resolve(__dirname, '..', '..');

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly repository?: { readonly url?: string };
  readonly bugs?: { readonly url?: string };
  readonly keywords?: readonly string[];
  readonly engines?: { readonly node?: string };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly 'node-red': { readonly version: string; readonly nodes: Readonly<Record<string, string>> };
}

export const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as Manifest;

/** One entry of `node-red.nodes`: in this package a set holds exactly one node type, which it is named after. */
export interface NodeSet {
  readonly type: string;
  readonly folder: string;
  readonly js: string;
  readonly html: string;
}

export const nodeSets: readonly NodeSet[] = Object.entries(manifest['node-red'].nodes).map(([type, file]) => {
  const js = path.join(root, file);
  return { type, folder: path.dirname(js), js, html: js.replace(/\.js$/, '.html') };
});

/** The texts of a node: labels, options, errors and status lines. */
export function catalogueFile({ folder, type }: NodeSet, language = 'en-US'): string {
  return path.join(folder, 'locales', language, `${type}.json`);
}

export function helpFile({ folder, type }: NodeSet, language = 'en-US'): string {
  return path.join(folder, 'locales', language, `${type}.html`);
}
