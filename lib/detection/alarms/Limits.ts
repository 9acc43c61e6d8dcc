import { keyPattern } from '../calendar/keyPattern';
import { Limit, type LimitSpec } from './Limit';

/** A limit for some keys instead of the general one. */
export interface Override extends LimitSpec {
  /** a key, or a pattern in which `*` stands for any text */
  readonly key: string;
}

/** Which limit holds for which key: that of the key itself, or else of the first pattern that fits, or the general one. */
export class Limits {
  private readonly general: Limit;
  private readonly exact = new Map<string, Limit>();
  private readonly patterns: { readonly fits: (key: string) => boolean; readonly limit: Limit }[] = [];

  /** @throws SettingError when one of the limits is wrong */
  constructor(general: LimitSpec, overrides: readonly Override[]) {
    this.general = new Limit(general);
    for (const override of overrides) {
      const limit = new Limit(override);
      if (override.key.includes('*')) this.patterns.push({ fits: keyPattern([override.key]), limit });
      else if (!this.exact.has(override.key)) this.exact.set(override.key, limit);
    }
  }

  of(key: string): Limit {
    return this.exact.get(key) ?? this.patterns.find(({ fits }) => fits(key))?.limit ?? this.general;
  }
}
