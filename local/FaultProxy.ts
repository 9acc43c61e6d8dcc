import {
  Agent,
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { answerAlone, type Answer, type Fault, type SeenRequest } from './faults';
import { partialPublishBatch, partialPutRecords, type Partial } from './partialFailures';

export interface Condition {
  /** only requests of this operation, such as `PutRecords`; every operation otherwise */
  readonly operation?: string;
  /** how many requests meet the fault; 1 otherwise */
  readonly times?: number;
  /** only requests for which this holds; those it refuses do not count */
  readonly when?: (request: SeenRequest) => boolean;
}

interface Rule extends Condition {
  readonly fault: Fault;
  left: number;
}

/**
 * A reverse proxy on loopback in front of any local service, that passes requests on and notes them until it is told to
 * do something wrong. Of several faults that fit a request, the one that was injected first meets it.
 */
export class FaultProxy {
  /** Every request so far, in order of arrival. */
  readonly requests: SeenRequest[] = [];
  private rules: Rule[] = [];
  private readonly agent = new Agent({ keepAlive: true });
  private readonly timers = new Set<NodeJS.Timeout>();

  private constructor(
    private readonly target: URL,
    private readonly server: Server,
  ) {}

  /** @param target the service's endpoint, `http://127.0.0.1:<port>` */
  static async start(target: string): Promise<FaultProxy> {
    const server = createServer();
    const proxy = new FaultProxy(new URL(target), server);
    server.on('request', (request, response) => {
      // Either side may go away at any moment; the other one then sees a broken connection.
      proxy.answer(request, response).catch(() => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Lets requests meet a fault. */
  inject(fault: Fault, condition: Condition = {}): void {
    this.rules.push({ ...condition, fault, left: condition.times ?? 1 });
  }

  /** Ends all faults that are still to come. */
  heal(): void {
    this.rules = [];
  }

  /** Requests so far, of one operation or of all. */
  count(operation?: string): number {
    return this.requests.filter((request) => operation === undefined || request.operation === operation)
      .length;
  }

  /** Breaks what is still open. */
  async close(): Promise<void> {
    for (const timer of this.timers) clearTimeout(timer);
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    this.agent.destroy();
    await closed;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const fault = this.note(request, body);
    if (!fault) return this.forward(request, response, body);
    const alone = answerAlone(fault, request.headers['x-amz-target'] === undefined);
    if (alone) return write(response, alone);
    switch (fault.kind) {
      case 'drop':
        if (fault.moment === 'after') await this.ask(request, body).then(readBody);
        response.destroy();
        return;
      case 'cut':
        await this.forward(request, response, body);
        await this.wait(fault.ms);
        response.destroy();
        return;
      case 'delay':
        await this.wait(fault.ms);
        return this.forward(request, response, body);
      case 'partial-put-records':
        return this.forwardPart(request, response, partialPutRecords(body.toString(), fault.code));
      case 'partial-publish-batch':
        return this.forwardPart(request, response, partialPublishBatch(body.toString(), fault.code));
      default:
        // 'hang': the response stays open until the client or close() ends the connection.
        return;
    }
  }

  /** Notes the request and returns the fault that meets it. */
  private note(request: IncomingMessage, body: Buffer): Fault | undefined {
    const seen = { operation: operationOf(request, body), at: Date.now(), body };
    const rule = this.rules.find(
      ({ operation, when, left }) =>
        left > 0 && (operation === undefined || operation === seen.operation) && (when?.(seen) ?? true),
    );
    if (rule) rule.left--;
    this.requests.push(rule ? { ...seen, fault: rule.fault.kind } : seen);
    return rule?.fault;
  }

  private async forward(request: IncomingMessage, response: ServerResponse, body: Buffer): Promise<void> {
    const answer = await this.ask(request, body);
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.once('error', () => response.destroy());
    // A server must not go on with what nobody listens to any more.
    response.once('close', () => answer.destroy());
    answer.pipe(response);
  }

  private async forwardPart(
    request: IncomingMessage,
    response: ServerResponse,
    part: Partial,
  ): Promise<void> {
    if (part.request === undefined) {
      const query = request.headers['x-amz-target'] === undefined;
      const contentType = query ? 'text/xml' : 'application/x-amz-json-1.1';
      return write(response, { status: 200, contentType, body: part.merge(undefined) });
    }
    const answer = await this.ask(request, Buffer.from(part.request));
    const text = await readBody(answer);
    const status = answer.statusCode ?? 502;
    const contentType = answer.headers['content-type'] ?? '';
    write(response, { status, contentType, body: status === 200 ? part.merge(text) : text });
  }

  private ask(request: IncomingMessage, body: Buffer): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const headers = { ...request.headers, 'content-length': body.length };
      delete headers['transfer-encoding'];
      httpRequest(
        {
          agent: this.agent,
          hostname: this.target.hostname,
          port: this.target.port,
          method: request.method,
          path: request.url,
          headers,
        },
        resolve,
      )
        .once('error', reject)
        .end(body);
    });
  }

  private wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.timers.delete(timer);
        resolve();
      }, ms);
      this.timers.add(timer);
    });
  }
}

function operationOf(request: IncomingMessage, body: Buffer): string {
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') return target.slice(target.lastIndexOf('.') + 1);
  if (request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
    const action = new URLSearchParams(body.toString()).get('Action');
    if (action) return action;
  }
  return `${request.method} ${new URL(request.url ?? '/', 'http://localhost').pathname}`;
}

async function readBody(answer: IncomingMessage): Promise<string> {
  return (await buffer(answer)).toString();
}

function write(response: ServerResponse, { status, contentType, body }: Answer): void {
  response
    .writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) })
    .end(body);
}
