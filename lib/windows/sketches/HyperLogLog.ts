import { RecordError } from '../../records/RecordError';
import { textIn, type State } from '../state/State';

/** log2 of the number of registers: a standard error of 1.04 / sqrt(4096), 1.6 % */
const precision = 12;
const registers = 1 << precision;
/** bits of the hash that are left to count leading zeros in */
const rankBits = 64 - precision;

/**
 * How many different texts there were, in 4 KiB: HyperLogLog (Flajolet et al., 2007) with the estimator of Ertl ("New
 * cardinality estimation algorithms for HyperLogLog sketches", 2017), which needs no correction for small counts.
 */
export class HyperLogLog {
  private readonly ranks = new Uint8Array(registers);

  add(text: string): void {
    const high = hash(text, 0x9747b28c);
    const low = hash(text, 0x3c6ef372);
    const index = high >>> (32 - precision);
    const rest = (high << precision) >>> precision;
    const zeros = rest === 0 ? 32 - precision + Math.clz32(low) : Math.clz32(rest) - precision;
    this.ranks[index] = Math.max(this.ranks[index]!, zeros + 1);
  }

  merge(other: HyperLogLog): void {
    for (let i = 0; i < registers; i++) this.ranks[i] = Math.max(this.ranks[i]!, other.ranks[i]!);
  }

  /** The registers, a byte each, in base64. */
  state(): State {
    return Buffer.from(this.ranks).toString('base64');
  }

  load(state: unknown, field: string): void {
    const ranks = Buffer.from(textIn(state, field), 'base64');
    if (ranks.length !== registers || ranks.some((rank) => rank > rankBits + 1)) {
      throw new RecordError(field, state, `${registers} registers in base64, each up to ${rankBits + 1}`);
    }
    this.ranks.set(ranks);
  }

  estimate(): number {
    const histogram = new Float64Array(rankBits + 2);
    for (const rank of this.ranks) histogram[rank]!++;
    let z = registers * tau(1 - histogram[rankBits + 1]! / registers);
    for (let rank = rankBits; rank >= 1; rank--) z = 0.5 * (z + histogram[rank]!);
    z += registers * sigma(histogram[0]! / registers);
    return (registers * registers) / (2 * Math.LN2 * z);
  }
}

/** Ertl's correction for registers that nothing has touched: x + the sum over k of x^(2^k) 2^(k-1). */
function sigma(x: number): number {
  if (x === 1) return Infinity;
  let [power, weight, sum, before] = [x, 1, x, NaN];
  while (sum !== before) {
    before = sum;
    power *= power;
    sum += power * weight;
    weight *= 2;
  }
  return sum;
}

/** Ertl's correction for registers that are full. */
function tau(x: number): number {
  if (x === 0 || x === 1) return 0;
  let [root, weight, sum, before] = [x, 1, 1 - x, NaN];
  while (sum !== before) {
    before = sum;
    root = Math.sqrt(root);
    weight /= 2;
    sum -= (1 - root) ** 2 * weight;
  }
  return sum / 3;
}

/** 32 well-mixed bits of a text: multiply and rotate per UTF-16 unit, then an avalanche, as MurmurHash3 does per word. */
function hash(text: string, seed: number): number {
  let state = seed ^ text.length;
  for (let i = 0; i < text.length; i++) {
    let word = Math.imul(text.charCodeAt(i), 0xcc9e2d51);
    word = Math.imul((word << 15) | (word >>> 17), 0x1b873593);
    state ^= word;
    state = (Math.imul((state << 13) | (state >>> 19), 5) + 0xe6546b64) | 0;
  }
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return (state ^ (state >>> 16)) >>> 0;
}
