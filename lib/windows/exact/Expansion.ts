/** Splits the 53 bits of a double into halves whose products are exact: 2^27 + 1. */
const splitter = 134_217_729;

/**
 * A sum of doubles without any rounding error, held as doubles that do not overlap, smallest first: an expansion
 * (Shewchuk, "Adaptive Precision Floating-Point Arithmetic and Fast Robust Geometric Predicates", 1997). What it stands for
 * does not depend on the order of the numbers. The sum of the magnitudes must stay below 2^1023.
 */
export class Expansion {
  private readonly components: number[] = [];

  /** As doubles whose exact sum is the value; given to `add` one by one they make the same value again. */
  get parts(): readonly number[] {
    return this.components;
  }

  /** Adds a finite number: what each addition rounds off stays as a component of its own. */
  add(value: number): void {
    const { components } = this;
    let carried = value;
    let kept = 0;
    for (let i = 0; i < components.length; i++) {
      const component = components[i]!;
      const sum = carried + component;
      const added = sum - carried;
      const lost = carried - (sum - added) + (component - added);
      if (lost !== 0) components[kept++] = lost;
      carried = sum;
    }
    if (carried !== 0) components[kept++] = carried;
    components.length = kept;
  }

  /**
   * Adds a * b. The product's rounding error is Dekker's ("A floating-point technique for extending the available
   * precision", 1971): exact unless the product lies below about 2^-968 or above 2^996.
   */
  addProduct(a: number, b: number): void {
    const product = a * b;
    const aHigh = highHalf(a);
    const aLow = a - aHigh;
    const bHigh = highHalf(b);
    const bLow = b - bHigh;
    this.add(aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow));
    this.add(product);
  }

  /** The double nearest to the value; of two equally near ones that which ends in an even bit. */
  get rounded(): number {
    const { components } = this;
    let i = components.length - 1;
    if (i < 0) return 0;
    let rounded = components[i]!;
    let rest = 0;
    while (i > 0 && rest === 0) {
      const component = components[--i]!;
      const sum = rounded + component;
      rest = component - (sum - rounded);
      rounded = sum;
    }
    // A rest of exactly half a unit was rounded to even, but the components below may say that it is more than half.
    const isMore = i > 0 && rest < 0 === components[i - 1]! < 0;
    const away = rounded + 2 * rest;
    return isMore && away - rounded === 2 * rest ? away : rounded;
  }
}

function highHalf(value: number): number {
  const scaled = splitter * value;
  return scaled - (scaled - value);
}
