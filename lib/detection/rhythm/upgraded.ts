import { profileHead } from './Profile';

/** Numbers of a profile's head as they were before it knew of departures. */
const formerHead = 11;
const profiles = 4;

/**
 * The state of a rhythm, from one as it was kept before: profiles know their level, and of no departure.
 * @param state any other is given back as it is
 * @param headLength numbers before those of the profiles
 * @param length numbers of all
 */
export function upgraded(state: readonly number[], headLength: number, length: number): readonly number[] {
  if (state.length !== length - profiles * (profileHead - formerHead)) return state;
  const heads = Array.from({ length: profiles }, (_, index) => {
    const at = headLength + index * formerHead;
    const [level = 0, own = 0, plain = 0, judged = 0, , , latest = 0] = state.slice(at, at + formerHead);
    const known = [own, plain, judged, latest, level, level, level];
    return [...known, ...new Float64Array(profileHead - known.length)];
  });
  return [...state.slice(0, headLength), ...heads.flat(), ...state.slice(headLength + profiles * formerHead)];
}
