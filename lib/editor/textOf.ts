/** What an input shows of a setting that is a text or a number; nothing of one that is not there. */
export function textOf(value: unknown): string {
  return value === undefined || value === null ? '' : String(value as string | number);
}
