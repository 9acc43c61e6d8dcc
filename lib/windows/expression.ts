import { describeValue } from '../records/describeValue';
import { SettingError } from '../settings/SettingError';

/** The value of a name, or undefined where it has none. */
export type Lookup = (name: string) => number | undefined;

export interface Expression {
  /** the names it reads, in order of appearance */
  readonly names: readonly string[];
  /** Undefined where a name has no value or the result is no finite number, such as a division by zero. */
  evaluate(lookup: Lookup): number | undefined;
}

/** NaN stands for "no value" inside; every step keeps it and makes it of whatever is not finite. */
type Evaluate = (lookup: Lookup) => number;

interface Token {
  readonly kind: 'number' | 'name' | 'symbol';
  readonly text: string;
  /** position of its first character in the source, counted from 1 */
  readonly at: number;
}

const maxLength = 1000;
const tokenPattern = /\s*(?:((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|([A-Za-z_]\w*)|([-+*/%^(),]))/y;

const functions: Readonly<
  Record<string, { arity: readonly [number, number]; run: (...a: number[]) => number }>
> = {
  abs: { arity: [1, 1], run: Math.abs },
  ceil: { arity: [1, 1], run: Math.ceil },
  exp: { arity: [1, 1], run: Math.exp },
  floor: { arity: [1, 1], run: Math.floor },
  log: { arity: [1, 1], run: Math.log },
  log1p: { arity: [1, 1], run: Math.log1p },
  max: { arity: [1, Infinity], run: Math.max },
  min: { arity: [1, Infinity], run: Math.min },
  pow: { arity: [2, 2], run: Math.pow },
  round: { arity: [1, 1], run: Math.round },
  sqrt: { arity: [1, 1], run: Math.sqrt },
};

const sums: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
};
const products: Readonly<Record<string, (a: number, b: number) => number>> = {
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
};

/**
 * Parses arithmetic over names: `+ - * / % ^`, parentheses and the functions above. `^` binds tightest and to the right,
 * so `-2^2` is -4. There is no way from an expression to anything but these numbers.
 * @throws SettingError with the place and the reason
 */
export function parseExpression(source: string): Expression {
  return new Parser(source).parse();
}

class Parser {
  private readonly tokens: readonly Token[];
  private readonly names = new Set<string>();
  private next = 0;

  constructor(private readonly source: string) {
    if (source.length > maxLength) {
      throw new SettingError('expression', {
        reason: `it has ${source.length} of at most ${maxLength} characters`,
      });
    }
    this.tokens = tokenize(source);
  }

  parse(): Expression {
    const evaluate = this.sum();
    if (this.next < this.tokens.length) this.unexpected('an operator');
    return {
      names: [...this.names],
      evaluate(lookup) {
        const value = evaluate(lookup);
        return Number.isNaN(value) ? undefined : value;
      },
    };
  }

  private sum(): Evaluate {
    return this.leftToRight(sums, () => this.product());
  }

  private product(): Evaluate {
    return this.leftToRight(products, () => this.signed());
  }

  private leftToRight(
    operators: Readonly<Record<string, (a: number, b: number) => number>>,
    operand: () => Evaluate,
  ): Evaluate {
    let left = operand();
    for (;;) {
      const symbol = this.takeOneOf(operators);
      if (symbol === undefined) return left;
      left = apply(operators[symbol]!, [left, operand()]);
    }
  }

  private signed(): Evaluate {
    if (this.take('-')) return apply((value) => -value, [this.signed()]);
    if (this.take('+')) return this.signed();
    return this.power();
  }

  private power(): Evaluate {
    const base = this.primary();
    return this.take('^') ? apply(Math.pow, [base, this.signed()]) : base;
  }

  private primary(): Evaluate {
    const token = this.tokens[this.next];
    if (token?.kind === 'number') {
      this.next++;
      const value = finite(Number(token.text));
      return () => value;
    }
    if (token?.kind === 'name') {
      this.next++;
      return this.take('(') ? this.call(token) : this.name(token.text);
    }
    if (!this.take('(')) this.unexpected('a number, a name or "("');
    const inner = this.sum();
    this.expect(')');
    return inner;
  }

  private name(name: string): Evaluate {
    this.names.add(name);
    return (lookup) => finite(lookup(name) ?? NaN);
  }

  private call({ text, at }: Token): Evaluate {
    const called = Object.hasOwn(functions, text) ? functions[text] : undefined;
    if (!called) this.fail(`there is no function "${text}", only ${Object.keys(functions).join(', ')}`, at);
    const values = [this.sum()];
    while (this.take(',')) values.push(this.sum());
    this.expect(')');
    const [least, most] = called.arity;
    if (values.length < least || values.length > most) {
      this.fail(`${text} takes ${least} ${least === 1 ? 'value' : 'values'}, not ${values.length}`, at);
    }
    return apply(called.run, values);
  }

  private takeOneOf(symbols: object): string | undefined {
    const token = this.tokens[this.next];
    if (token?.kind !== 'symbol' || !Object.hasOwn(symbols, token.text)) return undefined;
    this.next++;
    return token.text;
  }

  private take(symbol: string): boolean {
    return this.takeOneOf({ [symbol]: true }) !== undefined;
  }

  private expect(symbol: string): void {
    if (!this.take(symbol)) this.unexpected(`"${symbol}"`);
  }

  private unexpected(wanted: string): never {
    const token = this.tokens[this.next];
    if (!token) this.fail(`it ends where ${wanted} should follow`, this.source.length + 1);
    this.fail(`expected ${wanted} instead of "${token.text}"`, token.at);
  }

  private fail(reason: string, at: number): never {
    throw new SettingError('expression', { reason: `${reason} (character ${at})` });
  }
}

function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  const end = source.trimEnd().length;
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < end) {
    const from = tokenPattern.lastIndex;
    const found = tokenPattern.exec(source);
    if (!found) {
      const at = from + source.slice(from).search(/\S/);
      const seen = describeValue(source[at]);
      throw new SettingError('expression', { reason: `${seen} means nothing here (character ${at + 1})` });
    }
    const [, number, name, symbol = ''] = found;
    const text = number ?? name ?? symbol;
    const kind = number !== undefined ? 'number' : name !== undefined ? 'name' : 'symbol';
    tokens.push({ kind, text, at: tokenPattern.lastIndex - text.length + 1 });
  }
  return tokens;
}

/** Checks every operand, because arithmetic forgets: 1 / Infinity is 0 and NaN ^ 0 is 1. */
function apply(run: (...values: number[]) => number, operands: readonly Evaluate[]): Evaluate {
  return (lookup) => {
    const values = operands.map((operand) => operand(lookup));
    return values.some(Number.isNaN) ? NaN : finite(run(...values));
  };
}

function finite(value: number): number {
  return Number.isFinite(value) ? value : NaN;
}
