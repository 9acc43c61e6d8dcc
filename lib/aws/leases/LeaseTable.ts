import type { Timing } from '../kinesis/timing';
import type { AttributeValue, DynamoDBClient, ScanCommandOutput } from '../vendor/clients';
import { clients } from '../vendor/load';
import type { Lease, Progress } from './Lease';
import { leaseOf, number, positionAttributes, rowOf, text, type NewLease, type Row } from './rows';
import { ensureTable } from './tableSetup';

/** A worker's claim to a lease: it holds as long as nobody has moved the counter since. */
export interface Claim {
  readonly shardId: string;
  readonly worker: string;
  readonly counter: number;
}

/** The worker has the lease, whether or not another one is waiting for it. */
const held =
  '#leaseCounter = :counter AND (#checkpointOwner = :worker OR ' +
  '(#leaseOwner = :worker AND attribute_not_exists(#checkpointOwner)))';

/**
 * The leases of one application, in a DynamoDB table as the Kinesis Client Library keeps it: each write is one conditional
 * UpdateItem of single attributes, so that those of other programs stay. Where a condition does not hold, the result is
 * undefined or false; all methods reject with the SDK's errors, or when aborted.
 */
export class LeaseTable {
  /**
   * @param client asked for at each call, so that a connection that could not be opened is tried again
   * @param name the application's
   */
  constructor(
    private readonly client: () => Promise<DynamoDBClient>,
    private readonly name: string,
  ) {}

  /**
   * Makes the table when there is none, and waits until it can be used.
   * @throws LeaseTableError when there is a table of that name for something else
   */
  async ensure(timing: Timing, signal: AbortSignal): Promise<void> {
    await ensureTable(await this.client(), this.name, timing, signal);
  }

  /** All leases, as they are or were a moment ago. */
  async list(abortSignal: AbortSignal): Promise<Lease[]> {
    const leases: Lease[] = [];
    let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
    do {
      const client = await this.client();
      const page: ScanCommandOutput = await client.send(
        new (clients().ScanCommand)({
          TableName: this.name,
          ...(ExclusiveStartKey ? { ExclusiveStartKey } : {}),
        }),
        { abortSignal },
      );
      leases.push(...(page.Items ?? []).map(leaseOf).filter((lease) => lease !== undefined));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    return leases;
  }

  /** One lease as it is now. */
  async get(shardId: string, abortSignal: AbortSignal): Promise<Lease | undefined> {
    const client = await this.client();
    const { Item } = await client.send(
      new (clients().GetItemCommand)({ TableName: this.name, Key: key(shardId), ConsistentRead: true }),
      { abortSignal },
    );
    return Item && leaseOf(Item);
  }

  /** @returns whether there was none yet */
  async create(lease: NewLease, abortSignal: AbortSignal): Promise<boolean> {
    const created = await this.conditional((client) =>
      client.send(
        new (clients().PutItemCommand)({
          TableName: this.name,
          Item: rowOf(lease),
          ConditionExpression: 'attribute_not_exists(#leaseKey)',
          ExpressionAttributeNames: { '#leaseKey': 'leaseKey' },
        }),
        { abortSignal },
      ),
    );
    return created !== undefined;
  }

  /** Makes the worker the owner if the lease is still as it was seen. */
  take(seen: Lease, worker: string, signal: AbortSignal): Promise<Lease | undefined> {
    const other = seen.owner !== undefined && seen.owner !== worker;
    return this.update(
      seen.shardId,
      'SET #leaseOwner = :worker, #leaseCounter = :next REMOVE #checkpointOwner' +
        (other ? ' ADD #ownerSwitchesSinceCheckpoint :one' : ''),
      `#leaseCounter = :counter AND ${seen.owner === undefined ? 'attribute_not_exists(#leaseOwner)' : '#leaseOwner = :owner'}`,
      {
        ...moves({ ...seen, worker }),
        ...(other ? { ':one': number(1) } : {}),
        ...(seen.owner === undefined ? {} : { ':owner': text(seen.owner) }),
      },
      signal,
    );
  }

  /** Makes the worker the next owner, and the present one the owner that is to finish and leave. */
  ask({ shardId, owner = '' }: Lease, worker: string, signal: AbortSignal): Promise<Lease | undefined> {
    return this.update(
      shardId,
      'SET #leaseOwner = :worker, #checkpointOwner = :owner',
      '#leaseOwner = :owner AND attribute_not_exists(#checkpointOwner)',
      { ':worker': text(worker), ':owner': text(owner) },
      signal,
    );
  }

  /** Shows that the worker is alive. */
  renew(claim: Claim, signal: AbortSignal): Promise<Lease | undefined> {
    return this.update(claim.shardId, 'SET #leaseCounter = :next', held, moves(claim), signal);
  }

  /**
   * Moves position and state, both or none. The end of a shard frees its lease.
   * @param children the shards that a finished one became, as far as they are known
   */
  commit(
    claim: Claim,
    { position, state }: Progress,
    children: readonly string[],
    signal: AbortSignal,
  ): Promise<Lease | undefined> {
    const set: Row = {
      ...positionAttributes(position),
      ownerSwitchesSinceCheckpoint: number(0),
      ...(state === undefined ? {} : { streamcutState: text(state) }),
      ...(children.length === 0 ? {} : { childShardIds: { SS: [...children] } }),
    };
    const gone = [
      // What the library had prepared is overtaken by a checkpoint.
      ...['pendingCheckpoint', 'pendingCheckpointSubSequenceNumber', 'pendingCheckpointState'],
      ...(state === undefined ? ['streamcutState'] : []),
      ...(position.at === 'timestamp' ? [] : ['streamcutStartTime']),
      ...(position.at === 'end' ? ['leaseOwner', 'checkpointOwner'] : []),
    ];
    const names = Object.keys(set);
    return this.update(
      claim.shardId,
      `SET #leaseCounter = :next, ${names.map((name) => `#${name} = :${name}`).join(', ')} ` +
        `REMOVE ${gone.map((name) => `#${name}`).join(', ')}`,
      held,
      { ...moves(claim), ...Object.fromEntries(names.map((name) => [`:${name}`, set[name]!])) },
      signal,
    );
  }

  /** Frees the lease, where no worker waits for it. */
  release(claim: Claim, signal: AbortSignal): Promise<Lease | undefined> {
    const alone = '#leaseOwner = :worker AND attribute_not_exists(#checkpointOwner)';
    return this.leave(claim, 'leaseOwner', alone, signal);
  }

  /** Leaves the lease to the worker that waits for it. */
  handOver(claim: Claim, signal: AbortSignal): Promise<Lease | undefined> {
    return this.leave(claim, 'checkpointOwner', '#checkpointOwner = :worker', signal);
  }

  /** @returns whether it was still as it was seen, and is removed */
  async remove({ shardId, counter }: Lease, abortSignal: AbortSignal): Promise<boolean> {
    const removed = await this.conditional((client) =>
      client.send(
        new (clients().DeleteItemCommand)({
          TableName: this.name,
          Key: key(shardId),
          ConditionExpression: '#leaseCounter = :counter',
          ExpressionAttributeNames: { '#leaseCounter': 'leaseCounter' },
          ExpressionAttributeValues: { ':counter': number(counter) },
        }),
        { abortSignal },
      ),
    );
    return removed !== undefined;
  }

  /** @param attribute that names this worker, and will not */
  private leave(
    claim: Claim,
    attribute: string,
    condition: string,
    signal: AbortSignal,
  ): Promise<Lease | undefined> {
    return this.update(
      claim.shardId,
      `SET #leaseCounter = :next REMOVE #${attribute}`,
      `#leaseCounter = :counter AND ${condition}`,
      moves(claim),
      signal,
    );
  }

  private async update(
    shardId: string,
    update: string,
    condition: string,
    values: Row,
    abortSignal: AbortSignal,
  ): Promise<Lease | undefined> {
    const names = [...`${update} ${condition}`.matchAll(/#(\w+)/g)].map(([placed, name]) => [placed, name]);
    const output = await this.conditional((client) =>
      client.send(
        new (clients().UpdateItemCommand)({
          TableName: this.name,
          Key: key(shardId),
          UpdateExpression: update,
          ConditionExpression: condition,
          ExpressionAttributeNames: Object.fromEntries(names) as Record<string, string>,
          ExpressionAttributeValues: values,
          ReturnValues: 'ALL_NEW',
        }),
        { abortSignal },
      ),
    );
    return output?.Attributes && leaseOf(output.Attributes);
  }

  private async conditional<T>(call: (client: DynamoDBClient) => Promise<T>): Promise<T | undefined> {
    try {
      return await call(await this.client());
    } catch (error) {
      if (error instanceof clients().ConditionalCheckFailedException) return undefined;
      throw error;
    }
  }
}

function key(shardId: string): Record<string, AttributeValue> {
  return { leaseKey: text(shardId) };
}

function moves({ counter, worker }: Claim): Row {
  return { ':counter': number(counter), ':next': number(counter + 1), ':worker': text(worker) };
}
