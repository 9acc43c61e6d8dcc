import type { Fields } from '../settings/fields';
import type { Settings } from '../settings/Settings';
import type { EditorRuntime } from './RED';

declare const RED: EditorRuntime;

/** The dialog's validator of one setting: the runtime's own check, with the reason in the user's language. */
export function validator<F extends Fields>(type: string, settings: Settings<F>, name: keyof F & string) {
  return (value: unknown): true | string => {
    // The runtime fills in environment variables at deploy, so only it can judge them.
    if (typeof value === 'string' && /^\$\{[^}]+\}$/.test(value)) return true;
    const problem = settings.problem(name, value);
    if (!problem) return true;
    const reason = RED._(`@streamcut/node-red-anomaly/${type}:settings.${problem.problem}`, problem.values);
    return `${problem.path || name} ${reason}`;
  };
}
