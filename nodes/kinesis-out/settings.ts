import { streamSetting } from '../../lib/aws/kinesis/streamRef';
import { choice, integer, list, text, type Field } from '../../lib/settings/fields';
import { defineSettings, type SettingsOf } from '../../lib/settings/Settings';
import { SettingError } from '../../lib/settings/SettingError';
import { templateText } from '../../lib/settings/templateText';

const mebibyte = 1_048_576;
const day = 24 * 3_600_000;

/** One character between the values of a line; a tab may be written `\t`. */
const delimiter: Field<string> = {
  default: ',',
  parse(raw) {
    const what = 'one character that is neither a quote nor a line break, or \\t';
    const value = text({ required: true, pattern: /^([^"\r\n]|\\t)$/, what }).parse(raw);
    return value === '\\t' ? '\t' : value;
  },
};

export const settings = defineSettings(
  {
    /** id of the aws-connection */
    aws: text({ required: true }),
    stream: streamSetting,
    /** empty: msg.topic, or a random key where there is none */
    partitionKey: templateText(),
    /** empty: the partition key decides on the shard */
    explicitHashKey: templateText(),
    format: choice(['json', 'csv', 'raw'], 'json'),
    /** columns of `csv` */
    fields: list(text({ required: true }), { max: 1000 }),
    delimiter,
    order: choice(['key', 'none'], 'key'),
    /** milliseconds */
    linger: integer({ default: 20, min: 0, max: 60_000 }),
    /** milliseconds */
    deadline: integer({ default: 120_000, min: 100, max: day }),
    /** records, and bytes of data and keys, that wait or are under way */
    maxQueue: integer({ default: 50_000, min: 1, max: 10_000_000 }),
    maxQueueBytes: integer({ default: 64 * mebibyte, min: 1024, max: 1024 * mebibyte }),
    // https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html: a record may have 1 MiB, or up to
    // 10 MiB where the stream allows it. A request may have 10 MiB; it was 5 MiB for years, and other
    // implementations of the service still hold to that.
    maxRecordBytes: integer({ default: mebibyte, min: 1024, max: 10 * mebibyte }),
    maxRequestBytes: integer({ default: 5 * mebibyte, min: 1024, max: 10 * mebibyte }),
  },
  ({ format, fields }) => {
    if (format === 'csv' && fields.length === 0) throw new SettingError('required', {}, 'fields');
  },
  ({ maxRecordBytes, maxRequestBytes }) => {
    if (maxRecordBytes > maxRequestBytes) {
      const values = { other: 'maxRequestBytes', limit: maxRequestBytes, seen: maxRecordBytes };
      throw new SettingError('smallerThan', values, 'maxRecordBytes');
    }
  },
);

export type KinesisOutSettings = SettingsOf<typeof settings>;
