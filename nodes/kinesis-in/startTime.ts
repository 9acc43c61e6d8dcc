/** A point in time as ISO 8601 text or milliseconds since the epoch; undefined for anything else. */
export function parseTime(text: string): number | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  const time = /^\d{5,}$/.test(trimmed) ? Number(trimmed) : Date.parse(trimmed);
  // Beyond this a Date holds no time.
  return Math.abs(time) <= 8.64e15 ? time : undefined;
}
