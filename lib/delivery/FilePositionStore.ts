import { createHash } from 'node:crypto';
import { isObject } from '../records/batch';
import { describeValue } from '../records/describeValue';
import { readIfThere, replaceFile } from './durableFile';
import { PositionsError, type PositionStore, type ShardPosition, type StreamPositions } from './positions';

const format = 'streamcut-positions';
const version = 1;
/** Streams and applications that one node remembers beside its present one, so that changing back resumes. */
const maxOthers = 15;

interface Entry extends StreamPositions {
  readonly application: string;
  readonly stream: string;
}

/**
 * Positions in one small JSON file. It holds one entry per application and stream, the latest first; a SHA-256 over the
 * entries tells a damaged file from a sound one.
 */
export class FilePositionStore implements PositionStore {
  private others: readonly Entry[] = [];

  constructor(
    private readonly file: string,
    private readonly identity: { readonly application: string; readonly stream: string },
  ) {}

  async load(): Promise<StreamPositions | undefined> {
    const text = await readIfThere(this.file);
    const entries = text === undefined ? [] : this.entriesOf(text);
    this.others = entries.filter((entry) => !this.isOurs(entry)).slice(0, maxOthers);
    return entries.find((entry) => this.isOurs(entry));
  }

  async save({ createdAt, shards }: StreamPositions): Promise<void> {
    const { application, stream } = this.identity;
    const entries: Entry[] = [{ application, stream, createdAt, shards }, ...this.others];
    await replaceFile(this.file, JSON.stringify({ format, version, sha256: digest(entries), entries }));
  }

  private isOurs({ application, stream }: Entry): boolean {
    return application === this.identity.application && stream === this.identity.stream;
  }

  private entriesOf(text: string): readonly Entry[] {
    const content = parse(text);
    if (!isObject(content) || content.format !== format) {
      throw new PositionsError(this.file, 'are damaged: this is no positions file');
    }
    if (content.version !== version) {
      throw new PositionsError(
        this.file,
        `must be of version ${version}, got ${describeValue(content.version)}: a newer Streamcut wrote them`,
      );
    }
    const { entries } = content;
    if (content.sha256 !== digest(entries) || !Array.isArray(entries) || !entries.every(isEntry)) {
      throw new PositionsError(this.file, 'are damaged: the checksum does not match');
    }
    return entries;
  }
}

function digest(entries: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(entries) ?? '')
    .digest('hex');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isEntry(entry: unknown): entry is Entry {
  return (
    isObject(entry) &&
    typeof entry.application === 'string' &&
    typeof entry.stream === 'string' &&
    typeof entry.createdAt === 'number' &&
    isObject(entry.shards) &&
    Object.values(entry.shards).every(isPosition)
  );
}

function isPosition(position: unknown): position is ShardPosition {
  if (!isObject(position)) return false;
  switch (position.at) {
    case 'trim-horizon':
    case 'end':
      return true;
    case 'timestamp':
      return typeof position.time === 'number';
    case 'after':
      return (
        typeof position.sequenceNumber === 'string' &&
        ['number', 'undefined'].includes(typeof position.subSequenceNumber)
      );
    default:
      return false;
  }
}
