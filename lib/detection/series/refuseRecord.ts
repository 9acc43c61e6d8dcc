/**
 * Refuses a record that cannot be judged.
 * @param time ms since the epoch
 * @param values one for each name; NaN is missing
 * @throws RangeError naming the value that is infinite, the time, or how many values there are
 */
export function refuseRecord(names: readonly string[], time: number, values: ArrayLike<number>): void {
  if (!Number.isFinite(time)) throw new RangeError(`time must be a finite number, got ${time}`);
  if (values.length !== names.length) {
    throw new RangeError(`a record must have ${names.length} values, got ${values.length}`);
  }
  names.forEach((name, d) => {
    const value = values[d]!;
    if (value === Infinity || value === -Infinity) {
      throw new RangeError(`${name} must be a finite number, or NaN when it is missing, got ${value}`);
    }
  });
}
