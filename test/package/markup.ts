/** A small reader of our own dialogs and help texts: enough HTML to find elements, attributes and bare text. */

/** A tag and the text that follows it, up to the next tag. */
export interface Piece {
  /** `label`; `/label` where it closes */
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
}

export function pieces(html: string): Piece[] {
  const tags = html.matchAll(/<(\/?[a-z][a-z0-9]*)((?:\s+[\w-]+(?:="[^"]*")?)*)\s*\/?>([^<]*)/g);
  return [...tags].map(([, tag, attributes, text]) => ({
    tag: tag!,
    attributes: readAttributes(attributes!),
    text: text!.trim(),
  }));
}

/** What a reader sees, in one line. */
export function textOf(html: string): string {
  return html
    .replace(/<[^>]+>/g, ' ')
    .replace(/&gt;/g, '>')
    .replace(/&lt;/g, '<')
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ')
    .trim();
}

/** The catalogue keys of a `data-i18n` attribute: `key` or `[attribute]key`, several separated by semicolons. */
export function catalogueKeys(attribute = ''): string[] {
  return attribute
    .split(';')
    .map((part) => part.replace(/^\s*\[[^\]]+\]/, '').trim())
    .filter((key) => key !== '');
}

function readAttributes(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/([\w-]+)(?:="([^"]*)")?/g)].map(([, name, value]) => [name!, value ?? '']),
  );
}
