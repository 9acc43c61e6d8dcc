import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A service of this process, as clients see it. */
export interface LocalServer {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  /** Ends the server and every connection to it. */
  close(): Promise<void>;
}

/**
 * Lets a server with a store of LevelDB listen on loopback.
 * @param port 0 takes a free one
 */
export async function listen(server: Server, port: number): Promise<LocalServer> {
  const idle = trackRequests(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
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

/**
 * Such a server throws, and so ends this process, when a client goes away in the middle of a request, or when its store is
 * closed during one. Returns a function that waits until no request is being answered.
 */
function trackRequests(server: Server): () => Promise<void> {
  let running = 0;
  let whenIdle: (() => void) | undefined;
  server.on('request', (request, response) => {
    request.removeAllListeners('error').on('error', () => undefined);
    running++;
    response.once('close', () => {
      if (--running === 0) whenIdle?.();
    });
  });
  return () => (running === 0 ? Promise.resolve() : new Promise((resolve) => (whenIdle = resolve)));
}
