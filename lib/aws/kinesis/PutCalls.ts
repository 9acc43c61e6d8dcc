import { isTransient } from '../retry';
import type { Accepted, PutEntry, PutRecords, PutResult } from './putRecords';

/** A record that is to be stored. */
export interface Sendable {
  readonly entry: PutEntry;
  /** milliseconds, by the clock of the calls */
  readonly arrived: number;
}

/** What became of a record: stored, refused for good with an error, or to be sent again. */
export type Fate = { readonly accepted: Accepted } | { readonly refused: unknown } | 'again';

/** Calls of PutRecords, and what their answers and failures mean for each record. */
export class PutCalls {
  private failure: string | undefined;

  /**
   * @param deadline milliseconds after its arrival that a record is worth waiting for
   * @param now milliseconds, by a clock that nobody sets
   * @param stopped aborted when nothing is waited for any more
   */
  constructor(
    private readonly putRecords: PutRecords,
    private readonly deadline: number,
    private readonly now: () => number,
    private readonly stopped: AbortSignal,
  ) {}

  /** The error that the latest call met, such as `ProvisionedThroughputExceededException`; undefined when all went well. */
  get trouble(): string | undefined {
    return this.failure;
  }

  /** Never rejects. @returns what became of each record, in their order */
  async send(batch: readonly Sendable[]): Promise<Fate[]> {
    let results: readonly PutResult[];
    try {
      results = await this.call(batch);
    } catch (error) {
      return this.failed(batch, error);
    }
    this.failure = undefined;
    return results.map((result) => {
      if (!('errorCode' in result)) return { accepted: result };
      this.failure = result.errorCode;
      return 'again';
    });
  }

  /** One call, ended when all its records are too old. */
  private async call(batch: readonly Sendable[]): Promise<readonly PutResult[]> {
    const end = new AbortController();
    const abort = () => end.abort();
    if (this.stopped.aborted) abort();
    this.stopped.addEventListener('abort', abort, { once: true });
    const youngest = batch.reduce((latest, { arrived }) => Math.max(latest, arrived), 0);
    const timer = setTimeout(abort, youngest + this.deadline - this.now());
    try {
      const results = await this.putRecords(
        batch.map(({ entry }) => entry),
        end.signal,
      );
      if (results.length === batch.length) return results;
      throw new NoAnswer(`the answer has ${results.length} of ${batch.length} results`);
    } catch (error) {
      throw end.signal.aborted ? new NoAnswer('the call was ended') : error;
    } finally {
      clearTimeout(timer);
      this.stopped.removeEventListener('abort', abort);
    }
  }

  /** The whole call failed. */
  private async failed(batch: readonly Sendable[], error: unknown): Promise<Fate[]> {
    // What the service said last tells more than its silence in the end.
    this.failure = error instanceof NoAnswer ? (this.failure ?? error.name) : nameOf(error);
    if (error instanceof NoAnswer || isTransient(error)) return batch.map(() => 'again');
    if (batch.length === 1 || !blamesTheRequest(error)) return batch.map(() => ({ refused: error }));
    // One entry spoils the call for all: halves find it, and the others are stored.
    const middle = batch.length >> 1;
    const first = await this.send(batch.slice(0, middle));
    const second = await this.send(batch.slice(middle));
    return [...first, ...second];
  }
}

/** The service said nothing about the records of a call. */
class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** What a person looks for: the service's error name, or the system's code of a broken connection. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return (error as { code?: string }).code ?? error.name;
}

function blamesTheRequest(error: unknown): boolean {
  return error instanceof Error && /^(Validation|InvalidArgument|Serialization)/.test(error.name);
}
