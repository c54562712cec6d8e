/** Lists of roles that methods and entries share. */
export const everyone = ['operator', 'qa', 'engineer'] as const;
export const line = ['operator', 'engineer'] as const;
export const desk = ['qa', 'engineer'] as const;
export const engineer = ['engineer'] as const;
