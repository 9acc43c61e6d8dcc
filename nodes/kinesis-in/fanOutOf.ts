import type { AwsConnection } from '../../lib/aws/AwsConnection';
import { FanOut, type FanOutEvent } from '../../lib/aws/kinesis/fan-out/FanOut';
import { SdkFanOutApi } from '../../lib/aws/kinesis/fan-out/SdkFanOutApi';
import { realTiming } from '../../lib/aws/kinesis/timing';
import { consumerNameOf, type KinesisInSettings } from './settings';

/** Enhanced fan-out as the settings want it; undefined where they want polling. */
export function fanOutOf(
  settings: KinesisInSettings,
  connection: AwsConnection,
  onEvent: (event: FanOutEvent) => void,
  signal: AbortSignal,
): FanOut | undefined {
  if (settings.consumption === 'polling') return undefined;
  const api = new SdkFanOutApi(() => connection.kinesis(), settings.stream);
  return new FanOut({ api, timing: realTiming, consumerName: consumerNameOf(settings), onEvent }, signal);
}
