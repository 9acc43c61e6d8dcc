/** The part of the editor's global RED that Streamcut's nodes use; the published types leave gaps for it. */
export interface EditorRuntime {
  readonly _: (key: string, values?: Readonly<Record<string, string | number>>) => string;
  readonly nodes: {
    registerType(type: string, definition: EditorDefinition): void;
    node(id: string): unknown;
  };
  readonly popover: { tooltip(target: JQuery, content: string): void };
}

/** A node being edited or drawn: its saved settings as they stand. */
export interface EditorNode {
  id: string;
  name?: string;
  _(key: string, values?: Readonly<Record<string, string | number>>): string;
  [setting: string]: unknown;
}

export interface EditorProperty {
  value: unknown;
  required?: boolean;
  type?: string;
  validate?: (this: EditorNode, value: unknown, options?: object) => boolean | string;
}

export interface EditorDefinition {
  category: string;
  color?: string;
  icon?: string;
  defaults: Record<string, EditorProperty>;
  credentials?: Record<string, { type: 'text' | 'password' }>;
  inputs?: number;
  outputs?: number;
  align?: 'left' | 'right';
  paletteLabel?: string | ((this: EditorNode) => string);
  label?: string | ((this: EditorNode) => string);
  labelStyle?: (this: EditorNode) => string;
  inputLabels?: string | string[] | ((this: EditorNode, index: number) => string);
  outputLabels?: string | string[] | ((this: EditorNode, index: number) => string);
  oneditprepare?: (this: EditorNode) => void;
  oneditsave?: (this: EditorNode) => void;
  oneditcancel?: (this: EditorNode) => void;
  oneditdelete?: (this: EditorNode) => void;
  oneditresize?: (this: EditorNode, size: { width: number; height: number }) => void;
}
