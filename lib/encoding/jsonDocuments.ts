import { withoutByteOrderMark } from './text';

export type JsonDocument =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly reason: string };

/**
 * The JSON documents of a text, one behind the other with or without blanks or line breaks between. A damaged document
 * is reported and reading goes on at the next line, so that one bad line of many costs only itself. Time is linear in
 * the text's length, also for hostile texts.
 */
export function* jsonDocuments(text: string): Generator<JsonDocument> {
  const whole = withoutByteOrderMark(text);
  if (whole.trim() === '') return;
  // Most texts are one document, and the engine's own parser is the fastest.
  const single = parse(whole);
  if (single.ok) {
    yield single;
    return;
  }
  const bad = yield* concatenated(whole);
  if (bad < 0) return;
  for (let line = nextLine(whole, bad); line < whole.length; line = nextLine(whole, line)) {
    const end = nextLine(whole, line);
    yield* concatenated(whole.slice(line, end));
  }
}

/** Documents up to the first damaged one; gives the place where that starts, or -1. */
function* concatenated(text: string): Generator<JsonDocument, number> {
  for (let start = skipBlanks(text, 0); start < text.length;) {
    const end = documentEnd(text, start);
    const document: JsonDocument =
      end < 0 ? { ok: false, reason: 'the document is cut off' } : parse(text.slice(start, end));
    yield document;
    if (!document.ok) return start;
    start = skipBlanks(text, end);
  }
  return -1;
}

function parse(text: string): JsonDocument {
  try {
    return { ok: true, value: JSON.parse(text) as unknown };
  } catch (error) {
    return { ok: false, reason: (error as Error).message.slice(0, 120) };
  }
}

function nextLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end + 1;
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && isBlank(text.charCodeAt(at))) at++;
  return at;
}

function isBlank(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}

const quote = 0x22;
const backslash = 0x5c;

/** Where the document that starts at `start` ends; -1 when the text ends first. */
function documentEnd(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      at = stringEnd(text, at);
      if (at < 0) return -1;
      if (depth === 0) return at + 1;
    } else if (code === 0x7b || code === 0x5b) {
      depth++;
    } else if (code === 0x7d || code === 0x5d) {
      if (--depth <= 0) return at + 1;
    } else if (depth === 0) {
      return scalarEnd(text, at);
    }
  }
  return -1;
}

/** The place of a string's closing quote; -1 when there is none. */
function stringEnd(text: string, open: number): number {
  for (let at = open + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === backslash) at++;
    else if (code === quote) return at;
  }
  return -1;
}

/** Numbers, true, false and null end at a blank or where another document starts. */
function scalarEnd(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && !isBlank(text.charCodeAt(at)) && !'{["'.includes(text.charAt(at))) at++;
  return at;
}
