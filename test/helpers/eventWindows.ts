/** A tumbling-window node on the tab of a Bench: windows of a second by the time in `t`, ms, sent on to `wires`. */
export function eventWindows(id: string, wires: string[][], settings: object = {}) {
  const windows = { size: 1, timeSource: 'event', timeField: 't', timeFormat: 'ms' };
  return { id, z: 'flow', type: 'tumbling-window', ...windows, ...settings, wires };
}
