/** An aggregate of every function, over the records of `shardedRecords`. */
import { aggregateFunctions } from '../../lib/windows/aggregateSpec';

const texts: readonly string[] = ['distinct', 'first', 'last'];

export const everyAggregate = [
  ...aggregateFunctions.map((fn) => ({ name: fn, fn, field: texts.includes(fn) ? 'word' : 'v' })),
  { name: 'values', fn: 'distinct', field: 'v' },
  { name: 'xs', fn: 'count', where: [{ field: 'word', op: '==', value: 'x' }] },
];
