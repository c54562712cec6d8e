import { createContext, use } from 'react';

/** Whether a page shows what is missing also in fields that are still empty, because a person tried to go on. */
export const InsistContext = createContext(false);

export const useInsists = (): boolean => use(InsistContext);
