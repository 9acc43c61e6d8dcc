import type { Node, NodeAPI, NodeCredentials, NodeDef } from 'node-red';
import type { Fields, ParsedFields } from '../settings/fields';
import { SettingError } from '../settings/SettingError';
import type { Settings } from '../settings/Settings';
import { NodeError } from './NodeError';
import { StartError } from './StartError';
import { Status } from './Status';

/** What a node's behaviour gets from Node-RED. */
export interface Shell<F extends Fields> {
  readonly RED: NodeAPI;
  readonly node: Node;
  readonly settings: ParsedFields<F>;
  readonly status: Status;
}

/**
 * Registers a node type whose settings are parsed before anything starts. A node with a wrong setting says which one,
 * by the dialog's label, in its status and its log, and answers every message with that error: it never starts half-way. The same goes for a
 * StartError.
 */
export function registerNode<F extends Fields>(
  RED: NodeAPI,
  type: string,
  settings: Settings<F>,
  start: (shell: Shell<F>) => void,
  credentials?: NodeCredentials<object>,
): void {
  const labelOf = (setting: string) => {
    const key = `${type}.label.${setting}`;
    const label = RED._(key);
    // A key without a text comes back as it is.
    return label === key ? undefined : label;
  };
  function constructor(this: Node, config: NodeDef): void {
    RED.nodes.createNode(this, config);
    const status = new Status(this);
    this.on('close', () => status.close());
    try {
      start({ RED, node: this, settings: settings.parse(config), status });
    } catch (error) {
      if (!(error instanceof SettingError || error instanceof StartError)) throw error;
      refuse(this, type, status, error instanceof SettingError ? error.labelled(labelOf) : error);
    }
  }
  if (credentials) RED.nodes.registerType(type, constructor, { credentials });
  else RED.nodes.registerType(type, constructor);
}

function refuse(node: Node, type: string, status: Status, error: SettingError | StartError): void {
  const failure = new NodeError(type, error);
  const summary = error instanceof StartError ? error.summary : error.label || error.path;
  status.set({ fill: 'red', shape: 'ring', text: summary || error.message });
  node.error(failure);
  node.on('input', (_msg, _send, done) => done(failure));
}
