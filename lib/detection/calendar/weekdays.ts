import type { LineWords } from './LineWords';

const names = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const name = '(sun|mon|tue|wed|thu|fri|sat)(?:day|sday|nesday|rsday|urday)?s?';
const one = new RegExp(`^${name}$`);
const several = new RegExp(`^${name}(?:[,-]${name})*$`);

/** A weekday, 0 for Sunday, if one stands next. */
export function weekdayIn(words: LineWords): number | undefined {
  const match = words.match(one);
  return match && names.indexOf(match[1]!);
}

/** Weekdays separated by commas, or from one to another as in `mon-fri`, if some stand next. */
export function weekdaysIn(words: LineWords): number[] | undefined {
  const match = words.match(several);
  if (!match) return undefined;
  const days = match[0].split(',').flatMap((part) => {
    const [first, last] = part.split('-').map((each) => names.indexOf(each.slice(0, 3))) as [number, number?];
    return fromTo(first, last ?? first);
  });
  return [...new Set(days)];
}

function fromTo(first: number, last: number): number[] {
  return Array.from({ length: ((last - first + 7) % 7) + 1 }, (_, index) => (first + index) % 7);
}
