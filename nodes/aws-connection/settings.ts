import { auths, baseAuths } from '../../lib/aws/awsSettings';
import { environmentText } from '../../lib/settings/environment';
import { choice, text } from '../../lib/settings/fields';
import { defineSettings } from '../../lib/settings/Settings';
import { SettingError } from '../../lib/settings/SettingError';

export const settings = defineSettings(
  {
    region: environmentText(
      text({ pattern: /^[a-z]{2}(-[a-z]+)+-\d+$/, what: 'a region such as eu-west-1' }),
    ),
    endpoint: environmentText(
      text({ pattern: /^https?:\/\/[^\s/]+/, what: 'a URL with http:// or https://' }),
    ),
    auth: choice(auths, 'default'),
    profile: environmentText(text({ default: 'default' })),
    roleArn: environmentText(
      text({ pattern: /^arn:[\w-]+:iam::\d{12}:role\/\S+$/, what: 'the ARN of an IAM role' }),
    ),
    // https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html gives the alphabets and lengths.
    externalId: environmentText(
      text({
        pattern: /^[\w+=,.@:/-]{2,1224}$/,
        what: 'an external id of 2 to 1224 letters, digits or +=,.@:/-',
      }),
    ),
    roleSessionName: environmentText(
      text({
        default: 'streamcut',
        pattern: /^[\w+=,.@-]{2,64}$/,
        what: 'a session name of 2 to 64 letters, digits or +=,.@-',
      }),
    ),
    roleSource: choice(baseAuths, 'default'),
  },
  ({ auth, roleArn }) => {
    if (auth === 'assume-role' && roleArn === '') throw new SettingError('required', {}, 'roleArn');
  },
);
