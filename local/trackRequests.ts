import type { Server } from 'node:http';

/**
 * For servers of LevelDB that throw, and so end this process, when a client goes away in the middle of a request, or when
 * their store is closed during one. Returns a function that waits until no request is being answered.
 */
export function trackRequests(server: Server): () => Promise<void> {
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
