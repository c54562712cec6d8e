/** Calls about the allow-lists of just-in-time registration. */
export { beginAllowList, dueOffAllowList, dueOnAllowList, noteAllowList } from './due.ts';
export { allowedUnits, allowLists, listByRecipe, setAllowList, wantedAllowLists } from './lists.ts';
