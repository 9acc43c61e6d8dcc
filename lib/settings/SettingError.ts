import messages from './locales/en-US.json';

export type Problem = keyof typeof messages;
export type ProblemValues = Readonly<Record<string, string | number>>;

/** What the dialog calls a setting; undefined where it has no name for it. */
export type LabelOf = (setting: string) => string | undefined;

/** A setting that a node cannot start with: which one, what is wrong with it, and what was seen. */
export class SettingError extends Error {
  /**
   * @param values what the problem's text names; an `other` that is a setting is called by its label, if there is one
   * @param path names the setting as a flow's JSON does, and the place in it: `aggregates[2].name`
   * @param label names the setting as the dialog does
   */
  constructor(
    readonly problem: Problem,
    readonly values: ProblemValues = {},
    readonly path = '',
    readonly label = '',
  ) {
    super(`${subject(path, label)}${fillIn(messages[problem], values)}`);
    this.name = 'SettingError';
  }

  /** The setting's name in a flow's JSON, without the place in it. */
  get setting(): string {
    return /^[^.[]*/.exec(this.path)![0];
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

  /** The same error in the words of the dialog. */
  labelled(labelOf: LabelOf): SettingError {
    const { other } = this.values;
    const values = { ...this.values };
    if (typeof other === 'string') values.other = labelOf(other) ?? other;
    return new SettingError(this.problem, values, this.path, labelOf(this.setting));
  }
}

function subject(path: string, label: string): string {
  if (!path) return '';
  return label ? `setting "${label}" (${path}) ` : `setting "${path}" `;
}

/** Replaces `__name__` as Node-RED's catalogues do, so that editor and runtime share one text. */
function fillIn(text: string, values: ProblemValues): string {
  return text.replace(/__(\w+?)__/g, (whole, name: string) =>
    name in values ? String(values[name]) : whole,
  );
}
