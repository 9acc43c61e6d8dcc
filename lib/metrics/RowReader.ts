import { isObject } from '../records/batch';
import { joinKey } from '../records/keyText';
import type { RecordInMessage } from '../records/messageProperty';
import { RecordError } from '../records/RecordError';
import { timeReader, type ReadTime } from '../windows/rowTime';
import type { TimeFormat } from '../windows/timeOf';
import { dimensionReader, rowFilter, type DimensionFilter, type DimensionValues } from './dimensions';
import type { Contribution, Measures } from './measures';

export interface RowOptions {
  readonly dimensions: readonly string[];
  /** rows that do not pass all of them do not count */
  readonly filters: readonly DimensionFilter[];
  readonly timeField: string;
  readonly timeFormat: TimeFormat;
}

/** What a row says. */
interface Row {
  /** ms since the epoch, and what stands where it was read */
  readonly time: number;
  readonly seen: unknown;
  readonly key: string;
  readonly dimensions: DimensionValues;
  readonly contribution: Contribution;
}

/** Reads rows: when, of which series, and how much of each measure. */
export class RowReader {
  private readonly readTime: ReadTime;
  private readonly readDimensions: (row: unknown) => DimensionValues;
  private readonly passes: (row: unknown) => boolean;

  constructor(
    { dimensions, filters, timeField, timeFormat }: RowOptions,
    private readonly measures: Measures,
  ) {
    this.readTime = timeReader(timeField, timeFormat);
    this.readDimensions = dimensionReader(dimensions);
    this.passes = rowFilter(filters);
  }

  /** @returns undefined for a row that does not pass. @throws RecordError naming the field that is wrong */
  read(item: RecordInMessage): Row | undefined {
    const { record: row } = item;
    if (!isObject(row)) {
      throw new RecordError('payload', row, 'a row: an object with time, dimensions and measures');
    }
    if (!this.passes(row)) return undefined;
    const [time, seen] = this.readTime(item);
    const dimensions = this.readDimensions(row);
    return { time, seen, key: joinKey(dimensions), dimensions, contribution: this.measures.read(row) };
  }

  /** When and of which series a row is that can be read. */
  placeOf(item: RecordInMessage): Pick<Row, 'time' | 'key'> {
    return { time: this.readTime(item)[0], key: joinKey(this.readDimensions(item.record)) };
  }

  /** Rows in the order of their times; those whose time cannot be read come last. */
  inOrder(items: readonly RecordInMessage[]): RecordInMessage[] {
    const timed = items.map((item) => ({ item, time: this.timeIfAny(item) }));
    return timed.sort((a, b) => a.time - b.time || 0).map(({ item }) => item);
  }

  private timeIfAny(item: RecordInMessage): number {
    try {
      return this.readTime(item)[0];
    } catch {
      return Infinity;
    }
  }
}
