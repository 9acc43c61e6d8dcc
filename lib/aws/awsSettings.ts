/** How a connection proves who it is: the SDK's provider chain, a named profile, stored keys, or a role assumed with one of these. */
export const baseAuths = ['default', 'profile', 'keys'] as const;
export const auths = [...baseAuths, 'assume-role'] as const;

export type BaseAuth = (typeof baseAuths)[number];
export type Auth = (typeof auths)[number];

/** The settings of one connection; an empty text leaves the choice to the environment or the profile. */
export interface AwsSettings {
  /** such as `eu-west-1` */
  readonly region: string;
  /** a URL in the place of every AWS service's own */
  readonly endpoint: string;
  readonly auth: Auth;
  readonly profile: string;
  readonly roleArn: string;
  readonly externalId: string;
  readonly roleSessionName: string;
  /** what the role is assumed with */
  readonly roleSource: BaseAuth;
}

/** What Node-RED's credential store holds for a connection. */
export interface AwsSecrets {
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
  readonly sessionToken?: string;
}
