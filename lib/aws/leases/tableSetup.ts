import type { Timing } from '../kinesis/timing';
import type { DynamoDBClient, TableDescription } from '../vendor/clients';
import { clients } from '../vendor/load';

/** Milliseconds between looks at a table that is being made, which takes AWS some ten seconds: longer and longer. */
const pollIntervals = { first: 25, last: 1000 };

/** The table of this name keeps something else than the leases of this application in this stream. */
export class LeaseTableError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'LeaseTableError';
  }
}

/**
 * Makes the table for leases when there is none, and waits until it can be used. It is paid by request: a table of too
 * little provisioned throughput loses leases, and with them repeats records.
 * @throws LeaseTableError when there is a table of that name for something else
 */
export async function ensureTable(
  client: DynamoDBClient,
  name: string,
  timing: Timing,
  signal: AbortSignal,
): Promise<void> {
  for (let wait = pollIntervals.first; ; wait = Math.min(pollIntervals.last, wait * 2)) {
    const table = await describe(client, name, signal);
    if (!table) {
      await create(client, name, signal);
    } else if (table.TableStatus === 'ACTIVE' || table.TableStatus === 'UPDATING') {
      return requireKey(table, name);
    }
    await timing.sleep(wait, signal);
    signal.throwIfAborted();
  }
}

async function describe(
  client: DynamoDBClient,
  TableName: string,
  abortSignal: AbortSignal,
): Promise<TableDescription | undefined> {
  const { DescribeTableCommand, ResourceNotFoundException } = clients();
  try {
    return (await client.send(new DescribeTableCommand({ TableName }), { abortSignal })).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

async function create(client: DynamoDBClient, TableName: string, abortSignal: AbortSignal): Promise<void> {
  const { CreateTableCommand, ResourceInUseException } = clients();
  const command = new CreateTableCommand({
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [
      { AttributeName: 'leaseKey', AttributeType: 'S' },
      { AttributeName: 'leaseOwner', AttributeType: 'S' },
    ],
    KeySchema: [{ AttributeName: 'leaseKey', KeyType: 'HASH' }],
    // Not used here: version 3 of the Kinesis Client Library looks for a worker's leases in it.
    GlobalSecondaryIndexes: [
      {
        IndexName: 'LeaseOwnerToLeaseKeyIndex',
        KeySchema: [
          { AttributeName: 'leaseOwner', KeyType: 'HASH' },
          { AttributeName: 'leaseKey', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ],
  });
  try {
    await client.send(command, { abortSignal });
  } catch (error) {
    // Somebody else was faster.
    if (!(error instanceof ResourceInUseException)) throw error;
  }
}

function requireKey({ KeySchema = [] }: TableDescription, name: string): void {
  const keys = KeySchema.map(({ AttributeName }) => AttributeName);
  if (keys.length === 1 && keys[0] === 'leaseKey') return;
  throw new LeaseTableError(
    `the key of table "${name}" must be leaseKey, got ${keys.join(' and ')}: it is not a table of leases. ` +
      'Choose another application name.',
  );
}
