/** @throws RangeError unless `values` are `count` finite numbers; `what` names them, with its article */
export function requireValues(what: string, values: ArrayLike<number>, count: number): void {
  requireLength(what, values, count, 'values');
  for (let d = 0; d < count; d++) {
    if (!Number.isFinite(values[d])) {
      throw new RangeError(`value ${d} must be a finite number, got ${String(values[d])}`);
    }
  }
}

/** @throws RangeError unless `records` are finite numbers, `dimensions` of them a record */
export function requireRecords(records: Float64Array, dimensions: number): void {
  if (records.length % dimensions !== 0) {
    throw new RangeError(`records must have a multiple of ${dimensions} values, got ${records.length}`);
  }
  for (let i = 0; i < records.length; i++) {
    if (Number.isFinite(records[i])) continue;
    const [record, value] = [Math.floor(i / dimensions), i % dimensions];
    throw new RangeError(`value ${value} of record ${record} must be a finite number, got ${records[i]}`);
  }
}

/** @throws RangeError unless `array` has so many entries */
export function requireLength(
  what: string,
  array: ArrayLike<number>,
  count: number,
  entries = 'places',
): void {
  if (array.length !== count)
    throw new RangeError(`${what} must have ${count} ${entries}, got ${array.length}`);
}
