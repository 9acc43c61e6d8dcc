import { isObject, isVector } from '../../lib/records/batch';
import { fieldReader, type FieldReader } from '../../lib/records/fieldPath';
import { RecordError } from '../../lib/records/RecordError';
import { toNumber } from '../../lib/records/toNumber';
import { mostFields } from './settings';

/** How a series' records hold their numbers: in fields, as a vector, or being one. */
export type VectorKind = 'fields' | 'vector' | 'number';

/** The numbers of a record in a fixed order: those of the named fields, or whatever the first record of a series has. */
export class FieldVector {
  readonly values: Float64Array;

  private constructor(
    readonly kind: VectorKind,
    /** name of each value, as attribution shows it */
    readonly names: readonly string[],
    /** what errors call each value */
    private readonly labels: readonly string[],
    private readonly readers: readonly FieldReader[],
    private readonly requireKind: (record: unknown) => void = () => undefined,
  ) {
    this.values = new Float64Array(names.length);
  }

  static of(fields: readonly string[]): FieldVector {
    return new FieldVector('fields', fields, fields, fields.map(fieldReader));
  }

  /**
   * With no fields named: the payload itself if it is a number, each entry of a vector, or each numeric property of an
   * object in order of name, apart from its `timestamp`.
   * @throws RecordError when there is nothing numeric, or more than a model takes
   */
  static like(record: unknown): FieldVector {
    if (isVector(record)) return FieldVector.likeVector(record.length);
    if (!isObject(record)) {
      // Says at once that text or a buffer is no number.
      toNumber(record, 'payload');
      return FieldVector.likeNumber();
    }
    const names = Object.keys(record)
      .filter((name) => isNumeric(record[name]) && name !== 'timestamp')
      .sort();
    if (names.length === 0) throw new RecordError('payload', record, 'an object with numeric properties');
    requireFew(names.length, record);
    return FieldVector.likeObject(names);
  }

  /** What `like` made of the first record of a series, by the kind and the names that it had then. */
  static again(kind: VectorKind, names: readonly string[]): FieldVector {
    if (kind === 'vector') return FieldVector.likeVector(names.length);
    return kind === 'number' ? FieldVector.likeNumber() : FieldVector.likeObject(names);
  }

  private static likeNumber(): FieldVector {
    return new FieldVector('number', ['payload'], ['payload'], [(record) => record]);
  }

  private static likeObject(names: readonly string[]): FieldVector {
    const readers = names.map(
      (name): FieldReader =>
        (record) =>
          own(record, name),
    );
    return new FieldVector('fields', names, names, readers);
  }

  private static likeVector(length: number): FieldVector {
    requireFew(length, { length });
    const names = Array.from({ length }, (_, index) => String(index));
    return new FieldVector(
      'vector',
      names,
      names.map((name) => `payload[${name}]`),
      names.map((name) => (record) => own(record, name)),
      (record) => {
        if (!isVector(record) || record.length !== length) {
          throw new RecordError('payload', record, `a vector of ${length} numbers, as the first one was`);
        }
      },
    );
  }

  /**
   * Reads a record into `values`.
   * @returns the first field that the record lacks, and what stands there; undefined when all are there
   * @throws RecordError naming the field that is no finite number
   */
  read(record: unknown): { readonly field: string; readonly seen: null | undefined } | undefined {
    this.requireKind(record);
    for (let i = 0; i < this.readers.length; i++) {
      const seen = this.readers[i]!(record);
      if (seen === undefined || seen === null) return { field: this.labels[i]!, seen };
      this.values[i] = toNumber(seen, this.labels[i]!);
    }
    return undefined;
  }
}

function own(record: unknown, name: string): unknown {
  return typeof record === 'object' && record !== null && Object.hasOwn(record, name)
    ? (record as Record<string, unknown>)[name]
    : undefined;
}

function isNumeric(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'bigint';
}

function requireFew(count: number, record: unknown): void {
  if (count > mostFields) {
    throw new RecordError(
      'payload',
      record,
      `of at most ${mostFields} numbers (${count} here): set the fields`,
    );
  }
}
