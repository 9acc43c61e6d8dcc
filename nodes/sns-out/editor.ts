import { readRows, showRows, type Column } from '../../lib/editor/rowList';
import { showDefaults } from '../../lib/editor/showDefaults';
import { validators } from '../../lib/editor/validator';
import type { EditorNode, EditorRuntime } from '../../lib/editor/RED';
import { attributeTypes, settings } from './settings';

declare const RED: EditorRuntime;

const { fields } = settings;
const valid = validators('sns-out', settings);

function attributeColumns(node: EditorNode): Column[] {
  return [
    { name: 'name', hint: node._('sns-out.column.name'), width: '110px' },
    { name: 'type', hint: node._('sns-out.column.type'), width: '110px', choices: attributeTypes },
    { name: 'value', hint: node._('sns-out.column.value'), width: '150px' },
  ];
}

function protocolColumns(node: EditorNode): Column[] {
  return [
    { name: 'protocol', hint: node._('sns-out.column.protocol'), width: '90px' },
    { name: 'message', hint: node._('sns-out.column.message'), width: '260px' },
  ];
}

/** Only a message of several texts has protocols. */
function showWhatApplies(): void {
  $('#sns-out-row-protocols').toggle($('#node-input-messageStructure').val() === 'json');
}

RED.nodes.registerType('sns-out', {
  category: 'anomaly',
  color: '#D8BFD8',
  icon: 'sns-out.svg',
  inputs: 1,
  outputs: 1,
  align: 'right',
  paletteLabel: 'sns out',
  defaults: {
    name: { value: '' },
    aws: { value: fields.aws.default, type: 'aws-connection', required: true },
    topicArn: { value: fields.topicArn.default, validate: valid('topicArn') },
    phoneNumber: { value: fields.phoneNumber.default, validate: valid('phoneNumber') },
    subject: { value: fields.subject.default, validate: valid('subject') },
    message: { value: fields.message.default, validate: valid('message') },
    messageStructure: { value: fields.messageStructure.default, validate: valid('messageStructure') },
    protocols: { value: fields.protocols.default, validate: valid('protocols') },
    attributes: { value: fields.attributes.default, validate: valid('attributes') },
    idAttribute: { value: fields.idAttribute.default, validate: valid('idAttribute') },
    messageGroupId: { value: fields.messageGroupId.default, validate: valid('messageGroupId') },
    messageDeduplicationId: {
      value: fields.messageDeduplicationId.default,
      validate: valid('messageDeduplicationId'),
    },
    deadline: { value: fields.deadline.default, validate: valid('deadline') },
    maxBytes: { value: fields.maxBytes.default, validate: valid('maxBytes') },
    maxQueue: { value: fields.maxQueue.default, validate: valid('maxQueue') },
  },
  label(this: EditorNode): string {
    const { name, topicArn = '', phoneNumber } = this as EditorNode & Record<string, string>;
    return name || topicArn.split(':').pop() || phoneNumber || 'sns out';
  },
  labelStyle(this: EditorNode): string {
    return this.name ? 'node_label_italic' : '';
  },
  oneditprepare(this: EditorNode): void {
    showDefaults(this, fields);
    showRows('#sns-out-protocols', protocolColumns(this), this.protocols);
    showRows('#sns-out-attributes', attributeColumns(this), this.attributes);
    $('#node-input-messageStructure').on('change', showWhatApplies);
    showWhatApplies();
  },
  oneditsave(this: EditorNode): void {
    this.protocols = readRows('#sns-out-protocols', protocolColumns(this));
    this.attributes = readRows('#sns-out-attributes', attributeColumns(this));
  },
  outputLabels(this: EditorNode): string {
    return this._('sns-out.port.sent');
  },
});
