import type { ListObjectsV2CommandOutput, S3Client } from '../vendor/clients';
import { clients } from '../vendor/load';

/** Keys that one request may delete. */
const maxDeletes = 1000;

/** Objects under one prefix of a bucket. Keys are told without the prefix. Methods reject with the SDK's errors. */
export class StateObjects {
  /** @param client asked for at each call, so that a connection that could not be opened is tried again */
  constructor(
    private readonly client: () => Promise<S3Client>,
    private readonly bucket: string,
    private readonly prefix: string,
  ) {}

  /** Where a key is, for people. */
  locate(key: string): string {
    return `s3://${this.bucket}/${this.prefix}${key}`;
  }

  async put(key: string, body: Uint8Array, abortSignal: AbortSignal): Promise<void> {
    const { PutObjectCommand } = clients();
    const client = await this.client();
    await client.send(new PutObjectCommand({ ...this.at(key), Body: body }), { abortSignal });
  }

  /** The object's content; undefined when there is none. */
  async get(key: string, abortSignal: AbortSignal): Promise<Uint8Array | undefined> {
    const { GetObjectCommand, NoSuchKey } = clients();
    const client = await this.client();
    try {
      const { Body } = await client.send(new GetObjectCommand(this.at(key)), { abortSignal });
      return await Body?.transformToByteArray();
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  /** The keys that begin so. */
  async list(beginning: string, abortSignal: AbortSignal): Promise<string[]> {
    const { ListObjectsV2Command } = clients();
    const client = await this.client();
    const keys: string[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page: ListObjectsV2CommandOutput = await client.send(
        new ListObjectsV2Command({
          Bucket: this.bucket,
          Prefix: this.prefix + beginning,
          ...(ContinuationToken ? { ContinuationToken } : {}),
        }),
        { abortSignal },
      );
      keys.push(...(page.Contents ?? []).map(({ Key = '' }) => Key.slice(this.prefix.length)));
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken);
    return keys;
  }

  /** @throws Error naming the first object that could not be deleted */
  async remove(keys: readonly string[], abortSignal?: AbortSignal): Promise<void> {
    const { DeleteObjectsCommand } = clients();
    const client = await this.client();
    for (let from = 0; from < keys.length; from += maxDeletes) {
      const Objects = keys.slice(from, from + maxDeletes).map((key) => ({ Key: this.prefix + key }));
      const { Errors = [] } = await client.send(
        new DeleteObjectsCommand({ Bucket: this.bucket, Delete: { Objects, Quiet: true } }),
        abortSignal && { abortSignal },
      );
      const [first] = Errors;
      if (first) throw new Error(`s3://${this.bucket}/${first.Key} cannot be deleted: ${first.Message}`);
    }
  }

  private at(key: string): { readonly Bucket: string; readonly Key: string } {
    return { Bucket: this.bucket, Key: this.prefix + key };
  }
}
