/**
 * Values as JSON knows them, and whole numbers of any size, as few bytes: a tag, the content, and at the end a checksum over
 * all of it. Doubles stay the same to the last bit. Numbers are little-endian.
 */
import type { State } from './State';

export type Packable = State | bigint | readonly Packable[];

const tags = {
  null: 0,
  false: 1,
  true: 2,
  whole: 3,
  double: 4,
  text: 5,
  wide: 6,
  big: 7,
  list: 8,
  doubles: 9,
};
/** lists of numbers alone are packed without tags from this length on */
const manyNumbers = 3;
const checksumBytes = 4;
const halfPair = /\p{Surrogate}/u;

export function pack(value: Packable): Uint8Array {
  writer.at = 0;
  writer.value(value);
  writer.checksum();
  return writer.bytes.slice(0, writer.at);
}

/** @throws Error when the bytes are not what `pack` has made */
export function unpack(packed: Uint8Array): Packable {
  const length = packed.length - checksumBytes;
  const view = new DataView(packed.buffer, packed.byteOffset, packed.length);
  if (length < 1 || view.getUint32(length, true) !== checksum(packed, length)) {
    throw new Error(`it is damaged: the checksum of its ${packed.length} bytes is wrong`);
  }
  return new Reader(packed, view).value();
}

/** FNV-1a: each step is a bijection of what came before, so that a change to any one byte always shows. */
function checksum(bytes: Uint8Array, length: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < length; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  return hash >>> 0;
}

/** Writes into one buffer again and again: a part is small, and there are thousands. */
class Writer {
  at = 0;
  bytes = new Uint8Array(1 << 16);
  private view = new DataView(this.bytes.buffer);

  value(value: Packable): void {
    switch (typeof value) {
      case 'number':
        return this.number(value);
      case 'string':
        return this.text(value);
      case 'boolean':
        return this.byte(value ? tags.true : tags.false);
      case 'bigint':
        this.byte(tags.big);
        return this.value(String(value));
      default:
        return value === null ? this.byte(tags.null) : this.list(value);
    }
  }

  private number(value: number): void {
    if (value >>> 0 === value && !Object.is(value, -0)) {
      this.byte(tags.whole);
      return this.whole(value);
    }
    this.byte(tags.double);
    this.double(value);
  }

  private list(values: readonly Packable[]): void {
    const areNumbers = values.length >= manyNumbers && values.every((value) => typeof value === 'number');
    this.byte(areNumbers ? tags.doubles : tags.list);
    this.whole(values.length);
    if (areNumbers) for (const value of values) this.double(value);
    else for (const value of values) this.value(value);
  }

  checksum(): void {
    this.room(checksumBytes);
    this.view.setUint32(this.at, checksum(this.bytes, this.at), true);
    this.at += checksumBytes;
  }

  private text(text: string): void {
    if (this.plainText(text)) return;
    // Half a surrogate pair has no UTF-8, and keys that differ only there must stay different.
    const isWide = halfPair.test(text);
    const encoded = Buffer.from(text, isWide ? 'utf16le' : 'utf8');
    this.byte(isWide ? tags.wide : tags.text);
    this.whole(encoded.length);
    this.room(encoded.length);
    this.bytes.set(encoded, this.at);
    this.at += encoded.length;
  }

  /** ASCII, which nearly all keys are, needs no encoder. */
  private plainText(text: string): boolean {
    const before = this.at;
    this.byte(tags.text);
    this.whole(text.length);
    this.room(text.length);
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) {
        this.at = before;
        return false;
      }
      this.bytes[this.at + i] = code;
    }
    this.at += text.length;
    return true;
  }

  /** Seven bits a byte, the lowest first. */
  private whole(value: number): void {
    let rest = value;
    for (; rest > 0x7f; rest = rest >>> 7) this.byte((rest & 0x7f) | 0x80);
    this.byte(rest);
  }

  private double(value: number): void {
    this.room(8);
    this.view.setFloat64(this.at, value, true);
    this.at += 8;
  }

  private byte(value: number): void {
    this.room(1);
    this.bytes[this.at++] = value;
  }

  private room(bytes: number): void {
    if (this.at + bytes <= this.bytes.length) return;
    const larger = new Uint8Array(2 * (this.at + bytes));
    larger.set(this.bytes);
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
  }
}

const writer = new Writer();

/** Reads what has passed the checksum. */
class Reader {
  private at = 0;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly view: DataView,
  ) {}

  value(): Packable {
    const tag = this.bytes[this.at++];
    switch (tag) {
      case tags.null:
        return null;
      case tags.false:
        return false;
      case tags.true:
        return true;
      case tags.whole:
        return this.whole();
      case tags.double:
        return this.double();
      case tags.text:
        return this.text('utf8');
      case tags.wide:
        return this.text('utf16le');
      case tags.big:
        return BigInt(this.value() as string);
      case tags.list:
        return Array.from({ length: this.whole() }, () => this.value());
      case tags.doubles:
        return Array.from({ length: this.whole() }, () => this.double());
      default:
        throw new Error(`it is damaged: there is no tag ${tag}`);
    }
  }

  private whole(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes[this.at++]!;
      value += (byte & 0x7f) * 2 ** shift;
      if (!(byte > 0x7f)) return value;
    }
  }

  private double(): number {
    this.at += 8;
    return this.view.getFloat64(this.at - 8, true);
  }

  private text(encoding: BufferEncoding): string {
    const length = this.whole();
    this.at += length;
    return Buffer.from(this.bytes.subarray(this.at - length, this.at)).toString(encoding);
  }
}
