import messages from './locales/en-US.json';

export type Problem = keyof typeof messages;
export type ProblemValues = Readonly<Record<string, string | number>>;

/** A setting that a node cannot start with: which one, what is wrong with it, and what was seen. */
export class SettingError extends Error {
  constructor(
    readonly problem: Problem,
    readonly values: ProblemValues = {},
    readonly path = '',
  ) {
    super(`${path ? `setting "${path}" ` : ''}${fillIn(messages[problem], values)}`);
    this.name = 'SettingError';
  }

  /** The same error one level further out: `name` in `aggregates[2]` becomes `aggregates[2].name`. */
  within(parent: string): SettingError {
    const joined = !this.path
      ? parent
      : this.path.startsWith('[')
        ? parent + this.path
        : `${parent}.${this.path}`;
    return new SettingError(this.problem, this.values, joined);
  }
}

/** Replaces `__name__` as Node-RED's catalogues do, so that editor and runtime share one text. */
function fillIn(text: string, values: ProblemValues): string {
  return text.replace(/__(\w+?)__/g, (whole, name: string) =>
    name in values ? String(values[name]) : whole,
  );
}
