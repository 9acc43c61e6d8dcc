/**
 * Stands in for SNS and STS where no independent server shows what a test needs: it writes down every request of the
 * SDK's query protocol and answers as it is told.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The form of one request, such as `{ Action: 'Publish', TopicArn: …, Message: … }`. */
export type QueryRequest = Readonly<Record<string, string>>;

export interface QueryAnswer {
  /** milliseconds; Infinity never answers */
  readonly delay?: number;
  readonly status: number;
  readonly xml: string;
}

export class AwsQueryServer {
  readonly requests: QueryRequest[] = [];
  /** The `Authorization` header of each request: it names the access key, the region and the service. */
  readonly authorizations: string[] = [];
  /** What to answer; `count` is 0 for the first request. */
  answer: (request: QueryRequest, count: number) => QueryAnswer = (request) => success(request);

  private constructor(private readonly server: Server) {}

  static async start(): Promise<AwsQueryServer> {
    const server = createServer();
    const started = new AwsQueryServer(server);
    server.on('request', (request, response) => void started.handle(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return started;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async connections(): Promise<number> {
    return new Promise((resolve, reject) =>
      this.server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
    );
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const form = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
    const { delay = 0, status, xml } = this.answer(form, this.requests.length);
    this.authorizations.push(request.headers.authorization ?? '');
    this.requests.push(form);
    if (delay === Infinity) return;
    await new Promise((resolve) => setTimeout(resolve, delay));
    response.writeHead(status, { 'content-type': 'text/xml' }).end(xml);
  }
}

/** How many notifications a PublishBatch holds. */
export function entriesOf(request: QueryRequest): QueryRequest[] {
  const entries: Record<string, string>[] = [];
  for (const [name, value] of Object.entries(request)) {
    const [, number, field] = /^PublishBatchRequestEntries\.member\.(\d+)\.(.+)$/.exec(name) ?? [];
    if (number && field) (entries[Number(number) - 1] ??= {})[field] = value;
  }
  return entries;
}

/** Takes everything, or of a batch everything but the entries that `failed` finds. */
export function success(
  request: QueryRequest,
  failed: (entry: QueryRequest) => { code: string; senderFault: boolean } | undefined = () => undefined,
): QueryAnswer {
  const { Action } = request;
  if (Action === 'Publish') return result('Publish', '<MessageId>id</MessageId>');
  if (Action === 'AssumeRole') {
    const expiration = new Date(Date.now() + 3_600_000).toISOString();
    return result(
      'AssumeRole',
      `<Credentials><AccessKeyId>ASSUMED</AccessKeyId><SecretAccessKey>assumed</SecretAccessKey>` +
        `<SessionToken>token</SessionToken><Expiration>${expiration}</Expiration></Credentials>`,
    );
  }
  const members = { Successful: '', Failed: '' };
  for (const entry of entriesOf(request)) {
    const failure = failed(entry);
    if (!failure) members.Successful += `<member><Id>${entry.Id}</Id><MessageId>id</MessageId></member>`;
    else {
      members.Failed +=
        `<member><Id>${entry.Id}</Id><Code>${failure.code}</Code><Message>it failed</Message>` +
        `<SenderFault>${failure.senderFault}</SenderFault></member>`;
    }
  }
  return result(
    'PublishBatch',
    `<Successful>${members.Successful}</Successful><Failed>${members.Failed}</Failed>`,
  );
}

export function failure(status: number, code: string, message = 'it failed'): QueryAnswer {
  const type = status < 500 ? 'Sender' : 'Receiver';
  return {
    status,
    xml: `<ErrorResponse><Error><Type>${type}</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
  };
}

export const silence: QueryAnswer = { status: 0, xml: '', delay: Infinity };

function result(action: string, xml: string): QueryAnswer {
  return {
    status: 200,
    xml: `<${action}Response><${action}Result>${xml}</${action}Result></${action}Response>`,
  };
}
