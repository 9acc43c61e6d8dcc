import { streamSetting } from '../../lib/aws/kinesis/streamRef';
import { environmentText } from '../../lib/settings/environment';
import { choice, integer, parseAt, text } from '../../lib/settings/fields';
import { moment } from '../../lib/settings/moment';
import { SettingError } from '../../lib/settings/SettingError';
import { defineSettings, type SettingsOf } from '../../lib/settings/Settings';

const hour = 3_600_000;

const consumerName = text({
  pattern: /^[\w.-]{1,128}$/,
  what: 'the name of a consumer (1 to 128 letters, digits, _ . -)',
});

export const settings = defineSettings(
  {
    /** id of the aws-connection */
    aws: text({ required: true }),
    stream: streamSetting,
    /** Whose positions: another name starts anew. */
    application: text({ default: 'streamcut', required: true }),
    consumption: choice(['polling', 'enhanced-fan-out'], 'polling'),
    /** of enhanced fan-out; empty takes the application's */
    consumerName: environmentText(consumerName),
    startAt: choice(['trim-horizon', 'latest', 'timestamp'], 'trim-horizon'),
    /** counts only where reading starts at it */
    startTimestamp: text(),
    /** with other instances of the same flow: each has the leases of some shards, and their state is in S3 */
    sharing: choice(['off', 'leases'], 'off'),
    stateBucket: environmentText(text()),
    statePrefix: environmentText(text({ default: 'streamcut' })),
    /** Milliseconds after which the shards of an instance that has gone silent are taken over. */
    failover: integer({ default: 10_000, min: 500, max: hour }),
    emit: choice(['record', 'batch'], 'record'),
    format: choice(['buffer', 'utf8', 'json'], 'json'),
    /** stored records per read of a shard, and records per message of a batch; the service gives at most 10,000 */
    batchSize: integer({ default: 1000, min: 1, max: 10_000 }),
    /** records that the flow has not finished */
    maxInFlight: integer({ default: 1000, min: 1, max: 1_000_000 }),
    /** milliseconds */
    maxHold: integer({ default: 60_000, min: 100, max: 24 * hour }),
    /** how often a record that the flow fails with is tried again before it goes to the failure output */
    retries: integer({ default: 0, min: 0, max: 100 }),
    /** milliseconds; reads of a shard are never closer than 200 ms */
    idleWait: integer({ default: 1000, min: 200, max: 60_000 }),
    /** milliseconds */
    discoveryInterval: integer({ default: 10_000, min: 100, max: hour }),
    /** milliseconds */
    saveInterval: integer({ default: 1000, min: 50, max: hour }),
  },
  ({ sharing, stateBucket }) => {
    if (sharing === 'leases' && stateBucket === '') throw new SettingError('required', {}, 'stateBucket');
  },
  ({ startAt, startTimestamp }) => {
    if (startAt === 'timestamp') parseAt(moment({ required: true }), startTimestamp, 'startTimestamp');
  },
  (parsed) => {
    const { consumption } = parsed;
    if (consumption === 'enhanced-fan-out') parseAt(consumerName, consumerNameOf(parsed), 'consumerName');
  },
);

export type KinesisInSettings = SettingsOf<typeof settings>;

/** The name under which enhanced fan-out registers with the stream. */
export function consumerNameOf(named: {
  readonly consumerName: string;
  readonly application: string;
}): string {
  return named.consumerName || named.application;
}
