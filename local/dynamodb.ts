/** DynamoDB on this machine: dynalite, an independent implementation, in memory, on loopback, on a free port. */
import dynalite from 'dynalite';
import { listen, type LocalServer } from './levelDbServer';

export type LocalDynamoDb = LocalServer;

/** @param options `port` 0 takes a free one; `stateMs` is how long a table stays CREATING or DELETING, in milliseconds */
export async function startDynamoDb(
  options: { readonly port?: number; readonly stateMs?: number } = {},
): Promise<LocalDynamoDb> {
  const { port = 0, stateMs = 20 } = options;
  const server = dynalite({ createTableMs: stateMs, deleteTableMs: stateMs, updateTableMs: stateMs });
  return listen(server, port);
}
