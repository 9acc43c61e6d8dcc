/** Simple Storage Service on this machine: fauxqs, an independent implementation, in memory, on loopback, on a free port. */
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';

export interface LocalS3 {
  /** `http://127.0.0.1:<port>`; the bucket is in the path, not in the host's name */
  readonly endpoint: string;
  createBucket(name: string): Promise<void>;
  /** Ends the server and every connection to it. */
  close(): Promise<void>;
}

/** @param options `port` 0 takes a free one */
export async function startS3(options: { readonly port?: number } = {}): Promise<LocalS3> {
  const { buildApp } = await import('fauxqs');
  const server = buildApp({ logger: false });
  const endpoint = await server.listen({ port: options.port ?? 0, host: '127.0.0.1' });
  const client = new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  return {
    endpoint,
    async createBucket(Bucket) {
      await client.send(new CreateBucketCommand({ Bucket }));
    },
    async close() {
      client.destroy();
      await server.close();
    },
  };
}
