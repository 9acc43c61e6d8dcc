import { aggregate } from 'aws-kinesis-agg';
import type { Put } from './kinesis';

/** Records packed into one as the Kinesis Producer Library does, by AWS's own library for Node.js. */
export function packed(records: readonly Put[]): Promise<Buffer> {
  return new Promise((resolve, reject) =>
    aggregate(
      records.map(({ key, ...rest }) => ({ ...rest, partitionKey: key, data: Buffer.from(rest.data) })),
      ({ data }) => resolve(data),
      () => undefined,
      reject,
    ),
  );
}
