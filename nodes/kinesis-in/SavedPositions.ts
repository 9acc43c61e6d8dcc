import type { PartChange, SavedParts } from '../../lib/delivery/checkpoint/Keeping';
import { isStreamPositions, type StreamPositions } from '../../lib/delivery/positions';

/** Streams and applications that a node remembers beside its present one, so that changing back resumes. */
const maxOthers = 15;

/** The positions of a node as parts of the saved state, one for each application and stream. */
export class SavedPositions {
  /** of the format of the parts */
  readonly version = 1;
  private readonly part: string;
  private saved: StreamPositions | undefined;
  private text = '';
  private tooMany: string[] = [];

  constructor({ application, stream }: { readonly application: string; readonly stream: string }) {
    this.part = JSON.stringify([application, stream]);
  }

  /** undefined where none ever were saved */
  get positions(): StreamPositions | undefined {
    return this.saved;
  }

  /** @throws Error when they cannot be read: never a silent fresh start */
  restore(parts: SavedParts, version: number): void {
    if (version !== this.version) {
      throw new Error(`the positions must be of version ${this.version}, got ${version}`);
    }
    const base = parts.get(this.part)?.base;
    this.text = base ? Buffer.from(base).toString('utf8') : '';
    this.saved = base ? parse(this.text) : undefined;
    const others = [...parts.keys()].filter((part) => part !== this.part);
    this.tooMany = others.slice(0, Math.max(0, others.length - maxOthers));
  }

  /** What to save, if they have changed. */
  changes(positions: StreamPositions | undefined): PartChange[] {
    if (!positions) return [];
    const text = JSON.stringify(positions);
    if (text === this.text) return [];
    this.text = text;
    const forgotten = this.tooMany.splice(0);
    return [
      { part: this.part, put: Buffer.from(text) },
      ...forgotten.map((part) => ({ part, remove: true as const })),
    ];
  }
}

function parse(text: string): StreamPositions {
  const value: unknown = JSON.parse(text);
  if (!isStreamPositions(value)) throw new Error('the saved positions are not what positions look like');
  return value;
}
