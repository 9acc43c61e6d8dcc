import { environmentText } from '../../settings/environment';
import { text } from '../../settings/fields';

/** A stream as calls name it; by ARN it may belong to another account. */
export type StreamRef = { readonly StreamName: string } | { readonly StreamARN: string };

/** The setting that names a data stream, by name or ARN. */
export const streamSetting = environmentText(
  text({
    required: true,
    pattern: /^([\w.-]{1,128}|arn:[\w-]+:kinesis:[\w-]+:\d{12}:stream\/[\w.-]{1,128})$/,
    what: 'the name of a data stream (1 to 128 letters, digits, _ . -) or its ARN',
  }),
);

export function streamRef(nameOrArn: string): StreamRef {
  return nameOrArn.startsWith('arn:') ? { StreamARN: nameOrArn } : { StreamName: nameOrArn };
}

/** The stream's name, also where its ARN was given. */
export function streamName(nameOrArn: string): string {
  return nameOrArn.slice(nameOrArn.indexOf('/') + 1);
}
