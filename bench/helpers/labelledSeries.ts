import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A CSV file as records. */
export interface Series {
  /** of the values of a record */
  readonly names: readonly string[];
  /** ms since the epoch */
  readonly times: readonly number[];
  /** NaN where a cell is no number */
  readonly records: readonly (readonly number[])[];
  /** as they came */
  readonly header: string;
  readonly lines: readonly string[];
}

/** Columns that tell the answer, or an answer. */
const told =
  /^(labels?|anomaly|is_?anomaly|anomaly_(score|label)|ground_?truth|outlier|attack|target|class)$/i;
const timeColumn = /^(timestamp|time|date|datetime|ts)$/i;
/** The numbers of the lines, as some programs write them. */
const rowNumber = /^(|index|unnamed: 0)$/i;

/** Every CSV file below `folder`/data, or below `folder`, with its path from there. */
export function seriesIn(folder: string): { path: string; name: string }[] {
  const data = path.join(folder, 'data');
  const root = existsSync(data) ? data : folder;
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.csv'))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort()
    .map((file) => ({ path: file, name: path.relative(root, file) }));
}

/** Reads a series. Records without a time that can be read are taken as a minute apart; columns may have no names. */
export function readSeries(file: string): Series {
  const all = readFileSync(file, 'utf8')
    .split(/\r?\n/)
    .filter((line) => line !== '');
  const first = all[0]?.split(',') ?? [];
  const isNamed = !first.every(isNumber);
  const columns = isNamed ? first.map((name) => name.trim()) : first.map((_, at) => `value${at}`);
  const lines = isNamed ? all.slice(1) : all;
  const cells = lines.map((line) => line.split(','));
  const clock = columns.findIndex((name) => timeColumn.test(name));
  const chosen = columns.flatMap((name, at) =>
    at !== clock && !told.test(name) && !rowNumber.test(name) && cells.some((row) => isNumber(row[at]))
      ? [at]
      : [],
  );
  if (chosen.length === 0) throw new Error(`${file} must have a column of numbers, got ${columns.join()}`);
  const times = cells.map((row) => timeOf(row[clock] ?? ''));
  return {
    names: chosen.map((at) => columns[at]!),
    times: times.every(Number.isFinite) ? times : times.map((_, i) => i * 60_000),
    records: cells.map((row) => chosen.map((at) => (isNumber(row[at]) ? Number(row[at]) : NaN))),
    header: columns.join(),
    lines,
  };
}

function isNumber(cell: string | undefined): boolean {
  return cell !== undefined && cell.trim() !== '' && Number.isFinite(Number(cell));
}

/** A time without a zone is taken as UTC; a number as seconds or, if it is too large for that, milliseconds. */
function timeOf(cell: string): number {
  const text = cell.trim();
  if (isNumber(text)) return Math.abs(Number(text)) < 1e11 ? 1000 * Number(text) : Number(text);
  const plain = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(:\d\d(\.\d+)?)?)$/.exec(text);
  return Date.parse(plain ? `${plain[1]}T${plain[2]}Z` : text);
}
