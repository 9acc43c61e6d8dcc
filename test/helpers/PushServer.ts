/**
 * A Kinesis that only does enhanced fan-out, and does what no local server can be made to do: it tells the end of a
 * shard, refuses subscriptions, and breaks the protocol. Its shards hold what a test gives them.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createSecureServer, type Http2SecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { eventMessage, exceptionMessage } from './eventStream';

export interface PushedRecord {
  readonly n: number;
  /** bytes that fill the record up */
  readonly padding?: number;
}

interface Shard {
  readonly id: string;
  readonly parent?: string;
  readonly records: PushedRecord[];
  children: string[];
}

/** A request that came: its operation and its parameters. */
export interface Called {
  readonly operation: string;
  readonly at: number;
  readonly input: {
    readonly ShardId?: string;
    readonly ConsumerName?: string;
    readonly StartingPosition?: { readonly Type: string; readonly SequenceNumber?: string };
  };
}

export class PushServer {
  readonly shards: Shard[] = [];
  readonly calls: Called[] = [];
  /** Asked at each call; a name it returns is answered as the error of that name. */
  refuse: (call: Called) => string | undefined = () => undefined;
  /** Milliseconds after a subscription in which another one to the same shard is refused. */
  exclusive = 0;
  /** Subscriptions whose connection stands. */
  open = 0;
  /** Events that the connections have taken. */
  written = 0;
  private readonly subscribed = new Map<string, number>();
  private readonly current = new Map<string, ServerResponse>();
  private readonly wake = new Set<() => void>();

  private constructor(
    private readonly server: Server | Http2SecureServer,
    private readonly scheme: string,
  ) {}

  /** @param tls a key and a certificate: the server then speaks HTTP/2 only, and HTTP/1.1 only without */
  static async start(tls?: { key: string; cert: string }): Promise<PushServer> {
    const server = tls ? createSecureServer(tls) : createServer();
    const started = new PushServer(server, tls ? 'https' : 'http');
    // HTTP/2 has its own requests and responses, which are used alike.
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      started.handle(request, response).catch(() => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return started;
  }

  get endpoint(): string {
    return `${this.scheme}://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const response of this.current.values()) response.destroy();
    const closed = new Promise((resolve) => this.server.close(resolve));
    if ('closeAllConnections' in this.server) this.server.closeAllConnections();
    await closed;
  }

  /** A shard with records numbered from `first` on; a parent is closed by it. */
  addShard(id: string, count: number, first = 0, options: { parent?: string; padding?: number } = {}): void {
    const { parent, padding = 0 } = options;
    const records = Array.from({ length: count }, (_, index) => ({ n: first + index, padding }));
    this.shards.push({ id, records, children: [], ...(parent ? { parent } : {}) });
    this.shard(parent ?? id).children.push(...(parent ? [id] : []));
    this.stir();
  }

  put(id: string, ...numbers: number[]): void {
    this.shard(id).records.push(...numbers.map((n) => ({ n })));
    this.stir();
  }

  count(operation: string): number {
    return this.calls.filter((call) => call.operation === operation).length;
  }

  /** Ends every subscription: with an exception, with bytes that are no message, or as after five minutes. */
  end(how: { exception: string } | { bytes: Buffer } | 'well' | 'cut'): void {
    for (const [id, response] of this.current) {
      this.current.delete(id);
      if (how === 'cut') response.destroy();
      else if (how === 'well') response.end();
      else response.end('bytes' in how ? how.bytes : exceptionMessage(how.exception, 'it is over'));
    }
    this.stir();
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = String(request.headers['x-amz-target']);
    const input = (await json(request)) as Called['input'];
    const call = { operation: target.slice(target.indexOf('.') + 1), at: Date.now(), input };
    this.calls.push(call);
    const error = this.refuse(call) ?? this.inUse(call);
    if (error) return answer(response, 400, { __type: error, message: 'no' });
    if (call.operation === 'SubscribeToShard') return this.push(call, response);
    const known = this.answers[call.operation];
    if (known) answer(response, 200, known(input));
    else answer(response, 400, { __type: 'UnknownOperationException' });
  }

  private inUse({ operation, at, input }: Called): string | undefined {
    if (operation !== 'SubscribeToShard') return undefined;
    const before = this.subscribed.get(input.ShardId!);
    if (before !== undefined && at - before < this.exclusive) return 'ResourceInUseException';
    this.subscribed.set(input.ShardId!, at);
    return undefined;
  }

  private readonly answers: Record<string, (input: Called['input']) => object> = {
    DescribeStreamSummary: () => ({
      StreamDescriptionSummary: {
        StreamARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/s',
        StreamCreationTimestamp: 1_700_000_000,
      },
    }),
    ListShards: () => ({
      Shards: this.shards.map(({ id, parent, children }) => ({
        ShardId: id,
        ParentShardId: parent,
        HashKeyRange: { StartingHashKey: '0', EndingHashKey: String(2n ** 128n - 1n) },
        SequenceNumberRange: children.length > 0 ? { EndingSequenceNumber: '9' } : {},
      })),
    }),
    DescribeStreamConsumer: ({ ConsumerName }) => ({
      ConsumerDescription: { ConsumerARN: `arn of ${ConsumerName}`, ConsumerStatus: 'ACTIVE' },
    }),
  };

  private async push({ input }: Called, response: ServerResponse): Promise<void> {
    const { ShardId: id = '', StartingPosition } = input;
    const { Type, SequenceNumber = '' } = StartingPosition!;
    const shard = this.shard(id);
    let next = Type === 'TRIM_HORIZON' ? 0 : shard.records.findIndex(({ n }) => n > Number(SequenceNumber));
    if (next < 0) next = shard.records.length;
    this.current.set(id, response);
    this.open++;
    response.once('close', () => this.open--);
    response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' });
    response.write(eventMessage('initial-response', {}));
    while (this.current.get(id) === response && !response.destroyed) {
      const records = shard.records.slice(next, next + 2);
      next += records.length;
      const ended = next === shard.records.length && shard.children.length > 0;
      await this.write(response, eventOf(shard, records, next, ended));
      if (ended) this.current.delete(id);
      else if (next === shard.records.length) await this.stirred();
    }
    response.end();
  }

  private async write(response: ServerResponse, event: object): Promise<void> {
    const bytes = eventMessage('SubscribeToShardEvent', event);
    await new Promise<void>((resolve) => response.write(bytes, () => resolve()));
    this.written++;
  }

  /** Resolves when there may be something new, or the connection broke. */
  private stirred(): Promise<void> {
    return new Promise((resolve) => this.wake.add(resolve));
  }

  private stir(): void {
    for (const wake of this.wake) wake();
    this.wake.clear();
  }

  private shard(id: string): Shard {
    return this.shards.find((shard) => shard.id === id)!;
  }
}

function eventOf(shard: Shard, records: readonly PushedRecord[], next: number, ended: boolean): object {
  return {
    Records: records.map(({ n, padding = 0 }) => ({
      SequenceNumber: String(n),
      PartitionKey: 'key',
      ApproximateArrivalTimestamp: 1_700_000_000,
      Data: Buffer.from(JSON.stringify({ key: 'key', n, padding: 'x'.repeat(padding) })).toString('base64'),
    })),
    MillisBehindLatest: 0,
    ...(ended
      ? {
          ChildShards: shard.children.map((ShardId) => ({
            ShardId,
            ParentShards: [shard.id],
            HashKeyRange: {},
          })),
        }
      : { ContinuationSequenceNumber: String(shard.records[next - 1]?.n ?? -1) }),
  };
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
  response.end(JSON.stringify(body));
}
