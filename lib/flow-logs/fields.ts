/**
 * The fields of VPC Flow Logs, by the version that brought them, in the order of the documentation's table.
 * https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html
 */

/** Names that need no table: a flow log may hold fields that came later than this list. */
export const fieldNames = {
  2: 'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status',
  3: 'vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr',
  4: 'region az-id sublocation-type sublocation-id',
  5: 'pkt-src-aws-service pkt-dst-aws-service flow-direction traffic-path',
  6: 'resource-type tgw-id tgw-attachment-id tgw-src-vpc-account-id tgw-dst-vpc-account-id tgw-src-vpc-id tgw-dst-vpc-id tgw-src-subnet-id tgw-dst-subnet-id tgw-src-eni tgw-dst-eni tgw-src-az-id tgw-dst-az-id tgw-pair-attachment-id packets-lost-no-route packets-lost-blackhole packets-lost-mtu-exceeded packets-lost-ttl-expired',
  7: 'ecs-cluster-arn ecs-cluster-name ecs-container-instance-arn ecs-container-instance-id ecs-container-id ecs-second-container-id ecs-service-name ecs-task-definition-arn ecs-task-arn ecs-task-id',
  8: 'reject-reason',
} as const;

/** The format of a flow log whose owner chose no fields: version 2, in the table's order. */
export const defaultFields: readonly string[] = fieldNames[2].split(' ');

/** Largest values of the fields that are whole numbers. Account ids are no numbers: they may start with zeros. */
const largest: Readonly<Record<string, number>> = {
  version: 65_535,
  srcport: 65_535,
  dstport: 65_535,
  protocol: 255,
  packets: Number.MAX_SAFE_INTEGER,
  bytes: Number.MAX_SAFE_INTEGER,
  // Seconds since the epoch; as milliseconds they must still be a Date.
  start: 8_640_000_000_000,
  end: 8_640_000_000_000,
  tcp_flags: 65_535,
  traffic_path: 65_535,
  packets_lost_no_route: Number.MAX_SAFE_INTEGER,
  packets_lost_blackhole: Number.MAX_SAFE_INTEGER,
  packets_lost_mtu_exceeded: Number.MAX_SAFE_INTEGER,
  packets_lost_ttl_expired: Number.MAX_SAFE_INTEGER,
};

const known = new Set(
  Object.values(fieldNames).flatMap((names) => names.split(' ').map((name) => propertyName(name))),
);

/** A field's name as a property: `account-id` becomes `account_id`, as subscription filters write it. */
export function propertyName(field: string): string {
  return field.replace(/-/g, '_');
}

/** Whether the table has the property. */
export function isKnown(property: string): boolean {
  return known.has(property);
}

/** The largest value of a numeric property; undefined when the property is text. */
export function largestValue(property: string): number | undefined {
  return Object.hasOwn(largest, property) ? largest[property] : undefined;
}
