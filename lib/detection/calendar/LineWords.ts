import { CalendarError } from './CalendarError';

interface Word {
  readonly text: string;
  /** a quoted word is only ever part of a name, a key or a time zone */
  readonly quoted: boolean;
}

/** The words of a line, taken one after the other. What stands in double quotes is one word. */
export class LineWords {
  private readonly words: Word[];
  private at = 0;

  constructor(line: string) {
    this.words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => ({
      text: quoted ?? plain!,
      quoted: quoted !== undefined,
    }));
  }

  get ended(): boolean {
    return this.at >= this.words.length;
  }

  /** The next word as it stands; undefined at the end. */
  get next(): string | undefined {
    return this.words[this.at]?.text;
  }

  /** Takes the next word whatever it is. @throws CalendarError at the end of the line */
  take(expected: string): string {
    const word = this.words[this.at];
    if (!word) throw new CalendarError(expected, undefined);
    this.at++;
    return word.text;
  }

  /** Takes the next word if it matches, in small letters. */
  match(pattern: RegExp): RegExpExecArray | undefined {
    const word = this.words[this.at];
    const match = word && !word.quoted ? pattern.exec(word.text.toLowerCase()) : null;
    if (match) this.at++;
    return match ?? undefined;
  }

  /** Takes the next word, which must match. @throws CalendarError saying what was expected */
  require(pattern: RegExp, expected: string): RegExpExecArray {
    return this.match(pattern) ?? this.refuse(expected);
  }

  /** Takes what `read` takes, unless it comes to nothing: then no word is taken. */
  attempt<T>(read: () => T | undefined): T | undefined {
    const before = this.at;
    const result = read();
    if (result === undefined) this.at = before;
    return result;
  }

  /** @throws CalendarError always */
  refuse(expected: string): never {
    throw new CalendarError(expected, this.next);
  }
}
