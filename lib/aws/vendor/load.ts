import type * as Clients from './clients';

/** The clients of DynamoDB and S3, loaded with the first call: they are large, and most flows need no leases. */
export function clients(): typeof Clients {
  return require('./clients') as typeof Clients;
}
