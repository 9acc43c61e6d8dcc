import type { Fields } from '../settings/fields';
import type { SettingError } from '../settings/SettingError';
import type { Settings } from '../settings/Settings';
import type { EditorNode, EditorRuntime } from './RED';
import { settingsShown } from './showDefaults';

declare const RED: EditorRuntime;

/**
 * The dialog's validators of a node's settings, by name: the runtime's own check, of the setting alone and beside the
 * others, with the reason in the user's language. Node-RED takes text for a reason only from a function of two parameters;
 * from one of a single parameter it counts as "valid".
 */
export function validators<F extends Fields>(type: string, settings: Settings<F>) {
  const catalogue = `@streamcut/node-red-anomaly/${type}`;
  return (name: keyof F & string) =>
    function (this: EditorNode, value: unknown, options?: object): true | string {
      void options;
      const problem = settings.problem(name, { ...settingsShown(this, settings.fields), [name]: value });
      return problem ? reason(catalogue, type, problem) : true;
    };
}

/** In the dialog's own words: the label of the setting, where in it, and what is wrong there. */
function reason(catalogue: string, type: string, problem: SettingError): string {
  const text = (key: string, values?: SettingError['values']) => RED._(`${catalogue}:${key}`, values);
  const { label, values } = problem.labelled((setting) => {
    const key = `${type}.label.${setting}`;
    const found = text(key);
    return found.endsWith(key) ? undefined : found;
  });
  const place = [...problem.path.slice(problem.setting.length).matchAll(/\[(\d+)\]|[^.[\]]+/g)].map(
    ([part, index]) => (index === undefined ? part : text('entry', { number: Number(index) + 1 })),
  );
  return `${[label || problem.setting, ...place].join(', ')} ${text(`settings.${problem.problem}`, values)}`;
}
