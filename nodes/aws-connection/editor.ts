import { showDefaults } from '../../lib/editor/showDefaults';
import { validators } from '../../lib/editor/validator';
import type { EditorNode, EditorRuntime } from '../../lib/editor/RED';
import { settings } from './settings';

declare const RED: EditorRuntime;

const { fields } = settings;
const valid = validators('aws-connection', settings);

/** Shows the rows that the chosen way to sign in needs, by their class. */
function showWhatApplies(): void {
  const auth = String($('#node-config-input-auth').val());
  const assumes = auth === 'assume-role';
  const base = assumes ? String($('#node-config-input-roleSource').val()) : auth;
  $('.aws-connection-role').toggle(assumes);
  $('.aws-connection-profile').toggle(base === 'profile');
  $('.aws-connection-keys').toggle(base === 'keys');
}

RED.nodes.registerType('aws-connection', {
  category: 'config',
  color: '#D8BFD8',
  icon: 'aws-connection.svg',
  defaults: {
    name: { value: '' },
    region: { value: fields.region.default, validate: valid('region') },
    endpoint: { value: fields.endpoint.default, validate: valid('endpoint') },
    auth: { value: fields.auth.default, validate: valid('auth') },
    profile: { value: fields.profile.default, validate: valid('profile') },
    roleArn: { value: fields.roleArn.default, validate: valid('roleArn') },
    externalId: { value: fields.externalId.default, validate: valid('externalId') },
    roleSessionName: { value: fields.roleSessionName.default, validate: valid('roleSessionName') },
    roleSource: { value: fields.roleSource.default, validate: valid('roleSource') },
  },
  credentials: {
    accessKeyId: { type: 'text' },
    secretAccessKey: { type: 'password' },
    sessionToken: { type: 'password' },
  },
  label(this: EditorNode): string {
    const { name, region } = this as EditorNode & Record<string, string>;
    return name || (region ? `aws ${region}` : 'aws');
  },
  labelStyle(this: EditorNode): string {
    return this.name ? 'node_label_italic' : '';
  },
  oneditprepare(this: EditorNode): void {
    showDefaults(this, fields);
    $('#node-config-input-auth, #node-config-input-roleSource').on('change', showWhatApplies);
    showWhatApplies();
  },
});
