/** The words of the code editor. */
export const editor = {
  readOnly: 'This text can only be read.',
  tabLeaves: 'Tab leaves the editor. F8 goes to the next mistake. Ctrl and space suggest what may stand here.',
  completions: 'Suggestions',
  found:
    '{problems, plural, =0 {} one {# problem} other {# problems}}{problems, plural, =0 {} other {{warnings, plural, =0 {} other {, }}}}{warnings, plural, =0 {} one {# warning} other {# warnings}}',
  problem: 'Problem',
  warning: 'Warning',
  line: 'Line {line, number}',
} as const;
