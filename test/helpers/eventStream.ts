/**
 * Messages of the event stream encoding, as a service writes them:
 * https://smithy.io/2.0/aws/amazon-eventstream.html
 */
import { crc32 } from 'node:zlib';

/** Length of the prelude (two lengths and their checksum) and of the checksum at the end, in bytes. */
const preludeLength = 12;
const checksumLength = 4;

export function eventMessage(type: string, payload: object): Buffer {
  return message({ ':message-type': 'event', ':event-type': type, ':content-type': contentType }, payload);
}

export function exceptionMessage(type: string, text: string): Buffer {
  const headers = { ':message-type': 'exception', ':exception-type': type, ':content-type': contentType };
  return message(headers, { message: text });
}

const contentType = 'application/x-amz-json-1.1';

function message(headers: Readonly<Record<string, string>>, payload: object): Buffer {
  const head = Buffer.concat(Object.entries(headers).map(([name, value]) => header(name, value)));
  const body = Buffer.from(JSON.stringify(payload));
  const prelude = Buffer.alloc(preludeLength);
  prelude.writeUInt32BE(preludeLength + head.length + body.length + checksumLength, 0);
  prelude.writeUInt32BE(head.length, 4);
  prelude.writeUInt32BE(crc32(prelude.subarray(0, 8)), 8);
  const whole = Buffer.concat([prelude, head, body]);
  return Buffer.concat([whole, uint32(crc32(whole))]);
}

/** A header whose value is text, which is type 7. */
function header(name: string, value: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(Buffer.byteLength(value));
  return Buffer.concat([
    Buffer.of(Buffer.byteLength(name)),
    Buffer.from(name),
    Buffer.of(7),
    length,
    Buffer.from(value),
  ]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
