import type { EditorNode } from './RED';

/** An incident as the runtime lists it; see ReviewedIncident. */
interface Incident {
  readonly id: string;
  readonly key: string;
  readonly direction?: 'HIGH' | 'LOW';
  readonly size: number;
  /** milliseconds since the epoch */
  readonly time: number;
  readonly relevant?: boolean;
}

/**
 * Shows the latest incidents of a deployed node in its dialog, each with two buttons that say whether it was relevant. A
 * click counts at once, without a deploy; a second one takes it back.
 */
export function showFeedback(selector: string, node: EditorNode): void {
  const place = $(selector).empty();
  const url = `streamcut/feedback/${encodeURIComponent(node.id)}`;
  const note = (text: string) => place.empty().append($('<div class="form-tips">').text(text));
  $.getJSON(url)
    .done((incidents: Incident[]) => {
      if (incidents.length === 0) note(node._('feedback.none'));
      else
        place.append($('<table style="width: 100%">').append(incidents.map((each) => row(each, url, node))));
    })
    // A node that is not deployed yet, or lies in a subflow, has no incidents to show.
    .fail(() => note(node._('feedback.unknown')));
}

function row(incident: Incident, url: string, node: EditorNode): JQuery {
  const { key, direction, time } = incident;
  const arrow = direction === undefined ? '' : direction === 'HIGH' ? '▲' : '▼';
  const cells = [new Date(time).toLocaleString(), arrow, key].map((text) =>
    $('<td style="padding: 3px 8px 3px 0">').text(text),
  );
  return $('<tr>').append(...cells, buttons(incident, url, node));
}

function buttons(incident: Incident, url: string, node: EditorNode): JQuery {
  let said = incident.relevant;
  const both = [true, false].map((relevant) => {
    const label = node._(relevant ? 'feedback.relevant' : 'feedback.notRelevant');
    const button = $('<button type="button" class="red-ui-button red-ui-button-small toggle">').text(label);
    button.on('click', () => {
      const next = said === relevant ? undefined : relevant;
      const command = next === undefined ? { undo: true } : { relevant: next };
      void send(url, { incident: incident.id, ...command }).then(() => {
        said = next;
        show();
      });
    });
    return { relevant, button };
  });
  const show = () => {
    for (const { relevant, button } of both) {
      button.toggleClass('selected', said === relevant).attr('aria-pressed', String(said === relevant));
    }
  };
  show();
  return $('<td style="text-align: right; white-space: nowrap">').append(...both.map(({ button }) => button));
}

function send(url: string, command: object): JQuery.jqXHR {
  return $.ajax({ url, method: 'POST', contentType: 'application/json', data: JSON.stringify(command) });
}
