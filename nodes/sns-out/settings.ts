import { isFifo, topicArnPattern } from '../../lib/aws/sns/topicArn';
import { environmentText } from '../../lib/settings/environment';
import { choice, integer, list, object, text } from '../../lib/settings/fields';
import { defineSettings, type SettingsOf } from '../../lib/settings/Settings';
import { SettingError } from '../../lib/settings/SettingError';
import { templateText } from '../../lib/settings/templateText';

export const attributeTypes = ['String', 'String.Array', 'Number', 'Binary'] as const;

// https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html
const attributeName = {
  pattern: /^[\w.-]{1,256}$/,
  what: 'a name of up to 256 letters, digits, dots or hyphens',
};

const attribute = object({
  name: text({ required: true, ...attributeName }),
  type: choice(attributeTypes, 'String'),
  value: templateText(text({ required: true })),
});

const protocol = object({
  protocol: text({ required: true, pattern: /^[\w-]+$/, what: 'a protocol such as email or sqs' }),
  message: templateText(text({ required: true })),
});

export const settings = defineSettings(
  {
    aws: text({ required: true }),
    topicArn: environmentText(templateText()),
    phoneNumber: environmentText(templateText()),
    subject: templateText(),
    message: templateText(),
    messageStructure: choice(['text', 'json'], 'text'),
    protocols: list(protocol, { max: 20 }),
    attributes: list(attribute, { max: 100 }),
    /** the attribute that holds the notification's id; none if empty */
    idAttribute: text({ default: 'notificationId', ...attributeName, pattern: /^[\w.-]{0,256}$/ }),
    messageGroupId: templateText(),
    messageDeduplicationId: templateText(),
    deadline: integer({ default: 60_000, min: 100, max: 24 * 3_600_000 }),
    // SNS takes 256 KiB a request unless a topic was given more, up to 1 MiB.
    maxBytes: integer({ default: 262_144, min: 1024, max: 1_048_576 }),
    maxQueue: integer({ default: 10_000, min: 1, max: 1_000_000 }),
  },
  ({ topicArn, phoneNumber }) => {
    if (topicArn === '' && phoneNumber === '') throw new SettingError('required', {}, 'topicArn');
    if (topicArn !== '' && phoneNumber !== '') {
      throw new SettingError('pattern', { what: 'empty beside a topic', seen: phoneNumber }, 'phoneNumber');
    }
  },
  ({ topicArn }) => {
    if (topicArn !== '' && !isTemplate(topicArn) && !topicArnPattern.test(topicArn)) {
      throw new SettingError('pattern', { what: 'the ARN of a topic', seen: `"${topicArn}"` }, 'topicArn');
    }
  },
  ({ topicArn, messageGroupId }) => {
    if (!isTemplate(topicArn) && isFifo(topicArn) && messageGroupId === '') {
      throw new SettingError('required', {}, 'messageGroupId');
    }
  },
  ({ protocols }) => {
    const twice = protocols.find(
      ({ protocol }, index) => protocols.findIndex((other) => other.protocol === protocol) !== index,
    );
    if (twice) {
      throw new SettingError(
        'pattern',
        { what: 'a list with each protocol once', seen: `${twice.protocol} twice` },
        'protocols',
      );
    }
  },
);

function isTemplate(topicArn: string): boolean {
  return topicArn.includes('{{');
}

export type SnsOutSettings = SettingsOf<typeof settings>;
