import { sharedValue } from '../sharedvalue.ts';
import type { KeyFacts } from './keystroke.ts';

/** The page that teaches a scanner takes the keys as they come. While it does, no scan goes anywhere. */
export const rawKeys = sharedValue<((facts: KeyFacts) => void) | undefined>(undefined);
