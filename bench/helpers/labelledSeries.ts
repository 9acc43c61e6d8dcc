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
const told = /^(label|labels|anomaly|is_anomaly|isanomaly|anomaly_score|ground_truth|outlier)$/i;
const timeColumn = /^(timestamp|time|date|datetime|ts)$/i;

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

/** Reads a series; without a column for the time its records are taken as a minute apart. */
export function readSeries(file: string): Series {
  const [header = '', ...lines] = readFileSync(file, 'utf8')
    .split(/\r?\n/)
    .filter((line) => line !== '');
  const columns = header.split(',').map((name) => name.trim());
  const cells = lines.map((line) => line.split(','));
  const clock = columns.findIndex((name) => timeColumn.test(name));
  const chosen = columns.flatMap((name, at) =>
    at !== clock && !told.test(name) && cells.some((row) => isNumber(row[at])) ? [at] : [],
  );
  if (chosen.length === 0) throw new Error(`${file} must have a column of numbers, got ${header}`);
  return {
    names: chosen.map((at) => columns[at]!),
    times: cells.map((row, i) => (clock < 0 ? i * 60_000 : timeOf(row[clock]!))),
    records: cells.map((row) => chosen.map((at) => (isNumber(row[at]) ? Number(row[at]) : NaN))),
    header,
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
