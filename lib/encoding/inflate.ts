/**
 * One step of decompression, run at once or off the main thread. Decoders are generators that ask for such steps, so
 * that each is written once and its caller chooses: at once keeps small records in order at no cost, off the main
 * thread keeps large ones from holding up the flow.
 */
import * as zlib from 'node:zlib';
import { promisify } from 'node:util';

export type Compression = 'gzip' | 'zlib' | 'deflate';

export interface Inflate {
  readonly format: Compression;
  readonly bytes: Uint8Array;
  /** the most bytes to come out; decoding stops there, so that memory stays bounded */
  readonly limit: number;
}

export type Inflated =
  | {
      readonly ok: true;
      readonly bytes: Buffer;
      /** how many bytes of the input the stream took */
      readonly consumed: number;
    }
  | { readonly ok: false; readonly tooLarge: boolean; readonly reason: string };

/** A computation that asks for decompression steps on its way to a `T`. */
export type Decoding<T> = Generator<Inflate, T, Inflated>;

/** With `info` zlib gives its engine too, which the published types leave out. */
interface WithInfo {
  buffer: Buffer;
  engine: { bytesWritten: number };
}

const atOnce = { gzip: zlib.gunzipSync, zlib: zlib.inflateSync, deflate: zlib.inflateRawSync };
const offThread = {
  gzip: promisify<Uint8Array, zlib.ZlibOptions, unknown>(zlib.gunzip),
  zlib: promisify<Uint8Array, zlib.ZlibOptions, unknown>(zlib.inflate),
  deflate: promisify<Uint8Array, zlib.ZlibOptions, unknown>(zlib.inflateRaw),
};

/** Runs a decoding to its end before it returns. */
export function decodeNow<T>(decoding: Decoding<T>): T {
  let step = decoding.next();
  while (!step.done) step = decoding.next(inflateNow(step.value));
  return step.value;
}

/** Runs a decoding with its decompression off the main thread. */
export async function decodeLater<T>(decoding: Decoding<T>): Promise<T> {
  let step = decoding.next();
  while (!step.done) step = decoding.next(await inflateLater(step.value));
  return step.value;
}

function inflateNow({ format, bytes, limit }: Inflate): Inflated {
  try {
    return inflated(atOnce[format](bytes, options(limit)));
  } catch (error) {
    return failed(error);
  }
}

async function inflateLater({ format, bytes, limit }: Inflate): Promise<Inflated> {
  try {
    return inflated(await offThread[format](bytes, options(limit)));
  } catch (error) {
    return failed(error);
  }
}

function options(limit: number): zlib.ZlibOptions {
  return { info: true, maxOutputLength: Math.max(1, limit) };
}

function inflated(result: unknown): Inflated {
  const { buffer, engine } = result as WithInfo;
  return { ok: true, bytes: buffer, consumed: engine.bytesWritten };
}

function failed(error: unknown): Inflated {
  const { code, message } = error as NodeJS.ErrnoException;
  return { ok: false, tooLarge: code === 'ERR_BUFFER_TOO_LARGE', reason: message };
}
