/** The words of the code editor. */
export const editor = {
  readOnly: 'This text can only be read.',
  tabLeaves: 'Tab leaves the editor. F8 goes to the next mistake. Ctrl and space suggest what may stand here.',
  completions: 'Suggestions',
} as const;
