import type { editor } from './en.editor.ts';
import type { SameKeys } from './shape.ts';

/** Die Worte des Editors. */
export const editorDe: SameKeys<typeof editor> = {
  readOnly: 'Dieser Text lässt sich nur lesen.',
  tabLeaves:
    'Mit Tab verlässt man den Editor. F8 springt zum nächsten Fehler. Strg und Leertaste schlagen vor, was hier stehen kann.',
  completions: 'Vorschläge',
  found:
    '{problems, plural, =0 {} one {# Fehler} other {# Fehler}}{problems, plural, =0 {} other {{warnings, plural, =0 {} other {, }}}}{warnings, plural, =0 {} one {# Warnung} other {# Warnungen}}',
  problem: 'Fehler',
  warning: 'Warnung',
  line: 'Zeile {line, number}',
};
