import type { KinesisClient } from '@aws-sdk/client-kinesis';
import type { SNSClient } from '@aws-sdk/client-sns';
import type { NodeHttp2Handler, NodeHttpHandler } from '@smithy/node-http-handler';
import type { AwsSecrets, AwsSettings } from './awsSettings';
import { credentialsOf, storedKeys } from './credentials';
import { endpointOf, type AwsService } from './endpoint';
import type { DynamoDBClient, S3Client } from './vendor/clients';
import { clients } from './vendor/load';

/** Milliseconds until a connection stands, and until an answer begins. A long poll of AWS answers within 20 s. */
const connectionTimeout = 5_000;
const requestTimeout = 30_000;
/** The SDK's own retries, for short faults; sources go on without end around them, sinks until their deadline. */
const maxAttempts = 3;

type Handler = NodeHttpHandler | NodeHttp2Handler;
interface Client {
  readonly config: { readonly region: string | (() => Promise<string>) };
  destroy(): void;
}

/**
 * One account in one region, with one client per service that all nodes of the connection share. Nothing is loaded or
 * opened before a client is asked for.
 */
export class AwsConnection {
  private readonly clients = new Map<AwsService, Promise<Client>>();
  private readonly handlers: Handler[] = [];
  private readonly work: Promise<unknown>[] = [];
  private closed = false;

  /** @throws SettingError when keys are to be used and are not there */
  constructor(
    private readonly settings: AwsSettings,
    private readonly secrets: AwsSecrets = {},
  ) {
    if (settings.auth === 'keys' || (settings.auth === 'assume-role' && settings.roleSource === 'keys')) {
      storedKeys(secrets);
    }
  }

  /** The shared Kinesis client. Rejects after close, and when no region is to be found. */
  kinesis(): Promise<KinesisClient> {
    return this.client('kinesis', async () => {
      const { KinesisClient } = await import('@aws-sdk/client-kinesis');
      return new KinesisClient(await this.clientConfig('kinesis', 'h2'));
    });
  }

  /** The shared SNS client. Rejects after close, and when no region is to be found. */
  sns(): Promise<SNSClient> {
    return this.client('sns', async () => {
      const { SNSClient } = await import('@aws-sdk/client-sns');
      return new SNSClient(await this.clientConfig('sns', 'h1'));
    });
  }

  /** The shared DynamoDB client. Rejects after close, and when no region is to be found. */
  dynamodb(): Promise<DynamoDBClient> {
    return this.client('dynamodb', async () => {
      const { DynamoDBClient } = clients();
      return new DynamoDBClient(await this.clientConfig('dynamodb', 'h1'));
    });
  }

  /** The shared S3 client. Rejects after close, and when no region is to be found. */
  s3(): Promise<S3Client> {
    return this.client('s3', async () => {
      const { S3Client } = clients();
      const config = await this.clientConfig('s3', 'h1');
      // Away from AWS there is seldom a host name for each bucket.
      return new S3Client({ ...config, forcePathStyle: config.endpoint !== undefined });
    });
  }

  /**
   * Lets `work` end before the clients are closed: Node-RED closes a node and its connection at the same time. The work
   * itself must end soon.
   */
  keepOpenUntil(work: Promise<unknown>): void {
    this.work.push(work);
  }

  /** Closes every client and its sockets, once the work that was announced has ended. */
  async close(): Promise<void> {
    await Promise.allSettled(this.work);
    this.closed = true;
    const clients = await Promise.allSettled(this.clients.values());
    for (const client of clients) if (client.status === 'fulfilled') client.value.destroy();
    this.clients.clear();
    for (const handler of this.handlers.splice(0)) handler.destroy();
  }

  private client<C extends Client>(service: AwsService, open: () => Promise<C>): Promise<C> {
    if (this.closed) return Promise.reject(new Error('the AWS connection is closed'));
    const shared = this.clients.get(service);
    if (shared) return shared as Promise<C>;
    const opening = open().then(async (client) => {
      await this.requireRegion(client);
      return client;
    });
    this.clients.set(service, opening);
    // A profile or variable that was missing may be there next time.
    opening.catch(() => this.clients.delete(service));
    return opening;
  }

  private async requireRegion(client: Client): Promise<void> {
    const { region } = client.config;
    try {
      if (typeof region === 'function' ? await region() : region) return;
    } catch {
      // The SDK says only that it is missing, not where to put it.
    }
    client.destroy();
    throw new Error('region must be set in the AWS connection, in AWS_REGION or in the profile, got none');
  }

  private async clientConfig(service: AwsService, preferred: 'h1' | 'h2') {
    const { region, profile, auth } = this.settings;
    const endpoint = endpointOf(service, this.settings.endpoint);
    const credentials = await credentialsOf(this.settings, this.secrets, () => this.http1());
    return {
      ...(region ? { region } : {}),
      ...(endpoint ? { endpoint } : {}),
      ...(auth === 'profile' ? { profile } : {}),
      ...(credentials ? { credentials } : {}),
      maxAttempts,
      retryMode: 'standard',
      // HTTP/2 needs TLS to be agreed on: plain http, as of a local stand-in, is spoken in HTTP/1.1.
      requestHandler:
        preferred === 'h2' && !endpoint?.startsWith('http:') ? await this.http2() : await this.http1(),
    };
  }

  private async http1(): Promise<NodeHttpHandler> {
    const { NodeHttpHandler } = await import('@smithy/node-http-handler');
    return this.keep(
      new NodeHttpHandler({
        connectionTimeout,
        requestTimeout,
        throwOnRequestTimeout: true,
        // A subscription keeps its socket for minutes, and a stream may have more shards than the SDK's 50 sockets.
        httpAgent: { maxSockets: Infinity },
      }),
    );
  }

  /** As the Kinesis client has it by default: a session a request, because concurrent streams wait for each other. */
  private async http2(): Promise<NodeHttp2Handler> {
    const { NodeHttp2Handler } = await import('@smithy/node-http-handler');
    return this.keep(new NodeHttp2Handler({ requestTimeout, disableConcurrentStreams: true }));
  }

  private keep<H extends Handler>(handler: H): H {
    if (this.closed) {
      handler.destroy();
      throw new Error('the AWS connection is closed');
    }
    this.handlers.push(handler);
    return handler;
  }
}
