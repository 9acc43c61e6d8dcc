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
  const place = $(selector).empty().css({ maxHeight: '260px', overflowY: 'auto' });
  const url = `streamcut/feedback/${encodeURIComponent(node.id)}`;
  const note = (text: string) => place.empty().append($('<div class="form-tips">').text(text));
  const failed = () => note(node._('feedback.failed'));
  const send = (command: object) =>
    $.ajax({ url, method: 'POST', contentType: 'application/json', data: JSON.stringify(command) }).fail(
      failed,
    );
  const table = $('<table style="width: 100%">');
  $.getJSON(url)
    .done((incidents: Incident[] | null) => {
      // A node that is not deployed yet, or of a subflow that has no instance.
      if (!incidents) note(node._('feedback.unknown'));
      else if (incidents.length === 0) note(node._('feedback.none'));
      else place.empty().append(table.append(incidents.map((each) => row(each, send, node))));
    })
    .fail(failed);
}

type Send = (command: object) => JQuery.jqXHR;

function row(incident: Incident, send: Send, node: EditorNode): JQuery {
  const { key, direction, time } = incident;
  const arrow = direction === undefined ? '' : direction === 'HIGH' ? '▲' : '▼';
  const when = new Date(time).toLocaleString([], { dateStyle: 'short', timeStyle: 'short' });
  const cells = [when, arrow, key].map((text) => $('<td style="padding: 3px 8px 3px 0">').text(text));
  cells[0]!.css({ whiteSpace: 'nowrap' });
  return $('<tr>').append(...cells, buttons(incident, send, node));
}

function buttons(incident: Incident, send: Send, node: EditorNode): JQuery {
  let said = incident.relevant;
  const both = [true, false].map((relevant) => {
    const label = node._(relevant ? 'feedback.relevant' : 'feedback.notRelevant');
    const button = $('<button type="button" class="red-ui-button red-ui-button-small toggle">').text(label);
    button.on('click', () => {
      const next = said === relevant ? undefined : relevant;
      const command = next === undefined ? { undo: true } : { relevant: next };
      void send({ incident: incident.id, ...command }).done(() => {
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
