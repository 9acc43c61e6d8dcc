import type { MessageAttributeValue } from '@aws-sdk/client-sns';
import { legalSubject, type Notification } from '../../lib/aws/sns/notification';
import { isFifo } from '../../lib/aws/sns/topicArn';
import { alone } from '../../lib/records/alongside';
import { anomalyOf, type RecordInMessage } from '../../lib/records/messageProperty';
import { RecordError } from '../../lib/records/RecordError';
import { compileTemplate, type Template } from '../../lib/records/template';
import { toNumber } from '../../lib/records/toNumber';
import { defaultMessage } from './defaultMessage';
import { checkId, checkMessage, checkPhoneNumber, checkSms, checkTopicArn } from './rules';
import { notificationId } from './notificationId';
import type { SnsOutSettings } from './settings';

interface AttributeTemplate {
  readonly name: string;
  readonly type: SnsOutSettings['attributes'][number]['type'];
  readonly value: Template;
}

/** Writes the notification about one record, by the node's templates. */
export class NotificationComposer {
  private readonly topicArn: Template;
  private readonly phoneNumber: Template;
  private readonly subject: Template;
  private readonly message: Template;
  private readonly protocols: readonly (readonly [protocol: string, message: Template])[];
  private readonly attributes: readonly AttributeTemplate[];
  private readonly groupId: Template;
  private readonly deduplicationId: Template;

  /** @param sender stable over restarts: see notificationId */
  constructor(
    private readonly settings: SnsOutSettings,
    private readonly sender: string,
  ) {
    this.topicArn = compileTemplate(settings.topicArn);
    this.phoneNumber = compileTemplate(settings.phoneNumber);
    this.subject = compileTemplate(settings.subject);
    this.message = settings.message === '' ? defaultMessage : compileTemplate(settings.message);
    this.protocols = settings.protocols.map(({ protocol, message }) => [protocol, compileTemplate(message)]);
    this.attributes = settings.attributes.map(({ name, type, value }) => ({
      name,
      type,
      value: compileTemplate(value),
    }));
    this.groupId = compileTemplate(settings.messageGroupId);
    this.deduplicationId = compileTemplate(settings.messageDeduplicationId);
  }

  /** @throws RecordError when the record lacks what a template prints, or a text breaks a rule of SNS */
  compose(item: RecordInMessage): Notification {
    // In a batch each record speaks for itself, as if it had come in a message of its own.
    const view = { ...alone(item), anomaly: anomalyOf(item) };
    const attributes = this.attributes.map((each) => [each.name, attributeOf(each, view)] as const);
    const notification: Notification = {
      ...(this.settings.phoneNumber === '' ? this.toTopic(view) : this.toPhone(view)),
      ...(attributes.length > 0 ? { attributes: Object.fromEntries(attributes) } : {}),
    };
    return this.identified(notification, notificationId(this.sender, view, notification));
  }

  /** With what lets those who get it twice, or a FIFO topic, see that it is one. */
  private identified(notification: Notification, id: string): Notification {
    const { topicArn, deduplicationId, attributes } = notification;
    const { idAttribute } = this.settings;
    if (topicArn === undefined) return notification;
    return {
      ...notification,
      ...(idAttribute === ''
        ? {}
        : { attributes: { [idAttribute]: { DataType: 'String', StringValue: id }, ...attributes } }),
      ...(isFifo(topicArn) && deduplicationId === undefined ? { deduplicationId: id } : {}),
    };
  }

  private toPhone(view: object): Notification {
    return {
      phoneNumber: checkPhoneNumber(this.phoneNumber(view)),
      message: checkSms(checkMessage('message', this.message(view))),
    };
  }

  private toTopic(view: object): Notification {
    const topicArn = checkTopicArn(this.topicArn(view));
    const subject = legalSubject(this.subject(view));
    return {
      topicArn,
      ...this.content(view),
      ...(subject ? { subject } : {}),
      ...this.grouping(view, isFifo(topicArn)),
    };
  }

  private content(view: object): Pick<Notification, 'message' | 'messageStructure'> {
    const message = checkMessage('message', this.message(view));
    if (this.settings.messageStructure === 'text') return { message };
    const texts = this.protocols.map(([protocol, template]) => [
      protocol,
      checkMessage(`protocols.${protocol}`, template(view)),
    ]);
    // SNS refuses a structure without a text for all the protocols that it does not name.
    return {
      message: JSON.stringify({ default: message, ...Object.fromEntries(texts) }),
      messageStructure: 'json',
    };
  }

  /** Ordinary topics take a group, too, for fair queues behind them, but no deduplication id. */
  private grouping(view: object, fifo: boolean): Pick<Notification, 'groupId' | 'deduplicationId'> {
    const { messageGroupId, messageDeduplicationId } = this.settings;
    return {
      ...(fifo || messageGroupId !== '' ? { groupId: checkId('messageGroupId', this.groupId(view)) } : {}),
      ...(fifo && messageDeduplicationId !== ''
        ? { deduplicationId: checkId('messageDeduplicationId', this.deduplicationId(view)) }
        : {}),
    };
  }
}

function attributeOf({ name, type, value }: AttributeTemplate, view: object): MessageAttributeValue {
  const field = `attributes.${name}`;
  const text = checkMessage(field, value(view));
  switch (type) {
    case 'Binary':
      return { DataType: type, BinaryValue: base64(text, field) };
    case 'Number':
      return { DataType: type, StringValue: String(toNumber(text, field)) };
    case 'String.Array':
      return { DataType: type, StringValue: jsonArray(text, field) };
    case 'String':
      return { DataType: type, StringValue: text };
  }
}

function base64(text: string, field: string): Uint8Array {
  if (!/^[A-Za-z\d+/]+={0,2}$/.test(text)) throw new RecordError(field, text, 'base64');
  return Buffer.from(text, 'base64');
}

function jsonArray(text: string, field: string): string {
  try {
    if (Array.isArray(JSON.parse(text))) return text;
  } catch {
    // What is no JSON is no array either.
  }
  throw new RecordError(field, text, 'a JSON array');
}
