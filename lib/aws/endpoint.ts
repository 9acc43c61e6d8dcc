export type AwsService = 'dynamodb' | 'kinesis' | 's3' | 'sns' | 'sts';

/**
 * Where a service is reached when it is not where AWS has it: the connection's setting, else the variables that every
 * AWS tool reads (https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html). Undefined means AWS.
 */
export function endpointOf(
  service: AwsService,
  setting: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): string | undefined {
  if (setting) return setting;
  if (env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS?.toLowerCase() === 'true') return undefined;
  return env[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] || env.AWS_ENDPOINT_URL || undefined;
}
