/** A row of a table: its name, and figures to two decimals or so many. */
export function row(name: string, figures: readonly number[], decimals = 2): string {
  return heading(
    name,
    figures.map((figure) => figure.toFixed(decimals)),
  );
}

export function heading(name: string, columns: readonly string[]): string {
  return name.padEnd(26) + columns.map((text) => text.padStart(10)).join('');
}

/** A figure made of those of each column. */
export function byColumn(rows: readonly number[][], of: (...column: number[]) => number): number[] {
  return rows[0]!.map((_, at) => of(...rows.map((each) => each[at]!)));
}
