import { parseExpression, type Expression } from './expression';

export interface DerivedSpec {
  readonly name: string;
  readonly expression: string;
}

/** Values computed from a window's aggregates, in order, so that one may use those before it. */
export class Derived {
  private readonly expressions: readonly { readonly name: string; readonly expression: Expression }[];

  /** @throws SettingError when an expression cannot be parsed */
  constructor(specs: readonly DerivedSpec[]) {
    this.expressions = specs.map(({ name, expression }) => ({
      name,
      expression: parseExpression(expression),
    }));
  }

  /** Adds each value to `results`; one that cannot be computed is left out. */
  addTo(results: Map<string, unknown>): void {
    const lookup = (name: string) => {
      const value = results.get(name);
      return typeof value === 'number' ? value : undefined;
    };
    for (const { name, expression } of this.expressions) {
      const value = expression.evaluate(lookup);
      if (value !== undefined) results.set(name, value);
    }
  }
}
