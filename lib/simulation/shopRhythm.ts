const hour = 3_600_000;
const day = 24 * hour;

/** How busy each hour of a day is, from midnight on: evenings more than mornings. */
const hours = [
  ...[0.35, 0.22, 0.15, 0.12, 0.14, 0.22, 0.4, 0.62, 0.82, 0.95, 1.02, 1.08],
  ...[1.12, 1.1, 1.08, 1.1, 1.18, 1.3, 1.5, 1.72, 1.85, 1.7, 1.25, 0.75],
];
/** Sunday to Saturday. */
const weekdays = [1.3, 0.92, 0.88, 0.9, 0.94, 1.04, 1.34];

/**
 * How busy a shop is compared with an average hour.
 * @param local milliseconds since 1970 by the clock where the customers are
 */
export function busyness(local: number): number {
  const place = (((local / hour) % 24) + 24) % 24;
  const from = Math.floor(place);
  const within = place - from;
  const byHour = hours[from]! * (1 - within) + hours[(from + 1) % 24]! * within;
  return byHour * weekdays[new Date(local).getUTCDay()]!;
}

/**
 * By how much a holiday multiplies the orders; undefined on other days. Black Friday, the weekend behind it and Cyber Monday
 * bring more, Christmas and New Year less.
 * @param local as above
 */
export function holidayFactor(local: number): number | undefined {
  const date = new Date(local);
  const monthAndDay = 100 * (date.getUTCMonth() + 1) + date.getUTCDate();
  if (monthAndDay >= 1224 && monthAndDay <= 1226) return 0.4;
  if (monthAndDay === 101) return 0.5;
  const sinceFriday = Math.floor(local / day) - blackFriday(date.getUTCFullYear());
  return [2.5, 1.6, 1.6, 2.2][sinceFriday];
}

/** The day after the fourth Thursday of November, counted from 1970. */
function blackFriday(year: number): number {
  const first = new Date(Date.UTC(year, 10, 1));
  const thursday = 1 + ((11 - first.getUTCDay()) % 7) + 21;
  return Math.floor(Date.UTC(year, 10, thursday + 1) / day);
}
