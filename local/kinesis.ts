/** Kinesis Data Streams on this machine: two independent implementations, in memory, on loopback, on free ports. */
import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import kinesalite from 'kinesalite';
import { listen, type LocalServer } from './levelDbServer';

const startTimeout = 60_000;

/** It speaks HTTP/1.1 only, so an SDK client needs NodeHttpHandler. */
export type LocalKinesis = LocalServer;

export interface LocalKinesisOptions {
  /** port to listen on; 0 takes a free one */
  readonly port?: number;
  /** how long a stream stays CREATING, UPDATING or DELETING, in milliseconds */
  readonly stateMs?: number;
  /** shards that all streams may have together */
  readonly shardLimit?: number;
}

/**
 * Kinesalite, inside this process: light and fast. It knows neither stream ARNs, enhanced fan-out, UpdateShardCount nor
 * the ChildShards of GetRecords, and refuses requests over 5 MiB.
 */
export async function startKinesis(options: LocalKinesisOptions = {}): Promise<LocalKinesis> {
  const { port = 0, stateMs = 20, shardLimit = 1000 } = options;
  const server = kinesalite({
    createStreamMs: stateMs,
    deleteStreamMs: stateMs,
    updateStreamMs: stateMs,
    shardLimit,
  });
  return listen(server, port);
}

/**
 * Kinesis Mock (npm `kinesis-local`), in a process of its own: slower to start and to answer, but with ARNs, enhanced
 * fan-out, UpdateShardCount, ChildShards and records up to 10 MiB. It ends with this process, however that ends.
 */
export async function startKinesisMock(options: LocalKinesisOptions = {}): Promise<LocalKinesis> {
  const { port = 0, stateMs = 20, shardLimit = 1000 } = options;
  const folder = path.dirname(require.resolve('kinesis-local/package.json'));
  const duration = `${stateMs}ms`;
  const child = spawn(
    process.execPath,
    [
      '--import',
      pathToFileURL(require.resolve('./loopback.mjs')).href,
      require.resolve('kinesis-local/main.js'),
    ],
    {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      env: {
        ...process.env,
        KINESIS_MOCK_CERT_PATH: path.join(folder, 'server.json'),
        KINESIS_MOCK_PLAIN_PORT: String(port),
        KINESIS_MOCK_TLS_PORT: '0',
        CREATE_STREAM_DURATION: duration,
        DELETE_STREAM_DURATION: duration,
        REGISTER_STREAM_CONSUMER_DURATION: duration,
        DEREGISTER_STREAM_CONSUMER_DURATION: duration,
        MERGE_SHARDS_DURATION: duration,
        SPLIT_SHARD_DURATION: duration,
        UPDATE_SHARD_COUNT_DURATION: duration,
        UPDATE_STREAM_MODE_DURATION: duration,
        SHARD_LIMIT: String(shardLimit),
        SHOULD_PERSIST_DATA: 'false',
        LOG_LEVEL: 'ERROR',
      },
    },
  );
  const close = () => end(child);
  try {
    return { endpoint: `http://127.0.0.1:${await plainPort(child)}`, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The port of the plain-HTTP listener: of those that loopback.mjs reports, the one that answers (the other speaks TLS). */
function plainPort(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`Kinesis Mock did not listen within ${startTimeout / 1000} s`)),
      startTimeout,
    );
    child.on('message', ({ port }: { port: number }) => {
      void fetch(`http://127.0.0.1:${port}`).then(
        () => {
          clearTimeout(timer);
          resolve(port);
        },
        () => undefined,
      );
    });
    child.once('error', reject);
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`Kinesis Mock ended at start with exit code ${code}`));
    });
  });
}

/** It holds nothing that is worth a clean end. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await exited;
}
