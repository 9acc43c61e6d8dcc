import type { SNSClientConfig } from '@aws-sdk/client-sns';
import type { NodeHttpHandler } from '@smithy/node-http-handler';
import { valueOrEmpty } from '../settings/environment';
import { SettingError } from '../settings/SettingError';
import type { AwsSecrets, AwsSettings, BaseAuth } from './awsSettings';
import { endpointOf } from './endpoint';

/** Keys, or a function that fetches and renews them: what every client of the SDK takes. */
type Credentials = NonNullable<SNSClientConfig['credentials']>;

interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/**
 * The identity that `settings` choose. Undefined leaves it to the SDK's provider chain: environment, shared files, web
 * identity, container, instance.
 * @param handler makes what sends the requests to STS, so that whoever made it can close it
 */
export async function credentialsOf(
  settings: AwsSettings,
  secrets: AwsSecrets,
  handler: () => Promise<NodeHttpHandler>,
): Promise<Credentials | undefined> {
  if (settings.auth !== 'assume-role') return baseCredentials(settings.auth, settings, secrets);
  const { fromTemporaryCredentials } = await import('@aws-sdk/credential-providers');
  const { roleArn, externalId, roleSessionName, region } = settings;
  const endpoint = endpointOf('sts', settings.endpoint);
  return fromTemporaryCredentials({
    masterCredentials: await baseCredentials(settings.roleSource, settings, secrets),
    params: {
      RoleArn: roleArn,
      RoleSessionName: roleSessionName,
      ...(externalId ? { ExternalId: externalId } : {}),
    },
    clientConfig: {
      requestHandler: await handler(),
      ...(region ? { region } : {}),
      ...(endpoint ? { endpoint } : {}),
    },
  });
}

/**
 * The stored keys, complete.
 * @throws SettingError naming the one that is missing
 */
export function storedKeys(secrets: AwsSecrets): Keys {
  const accessKeyId = valueOrEmpty(secrets.accessKeyId);
  const secretAccessKey = valueOrEmpty(secrets.secretAccessKey);
  const sessionToken = valueOrEmpty(secrets.sessionToken);
  if (!accessKeyId) throw new SettingError('required', {}, 'accessKeyId');
  if (!secretAccessKey) throw new SettingError('required', {}, 'secretAccessKey');
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
}

async function baseCredentials(auth: BaseAuth, { profile }: AwsSettings, secrets: AwsSecrets) {
  if (auth === 'keys') return storedKeys(secrets);
  if (auth === 'default') return undefined;
  const { fromIni } = await import('@aws-sdk/credential-providers');
  return fromIni({ profile });
}
