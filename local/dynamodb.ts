/** DynamoDB on this machine: dynalite, an independent implementation, in memory, on loopback, on a free port. */
import type { AddressInfo } from 'node:net';
import dynalite from 'dynalite';
import { trackRequests } from './trackRequests';

export interface LocalDynamoDb {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  /** Ends the server and every connection to it. */
  close(): Promise<void>;
}

/** @param options `port` 0 takes a free one; `stateMs` is how long a table stays CREATING or DELETING, in milliseconds */
export async function startDynamoDb(
  options: { readonly port?: number; readonly stateMs?: number } = {},
): Promise<LocalDynamoDb> {
  const { port = 0, stateMs = 20 } = options;
  const server = dynalite({ createTableMs: stateMs, deleteTableMs: stateMs, updateTableMs: stateMs });
  const idle = trackRequests(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', () => resolve());
  });
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      await idle();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
