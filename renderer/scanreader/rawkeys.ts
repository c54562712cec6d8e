import { sharedValue } from '../sharedvalue.ts';
import type { KeyFacts } from './keystroke.ts';

/** The listener of the page that teaches a scanner. It gets the raw keys, and meanwhile no scan goes anywhere. */
export const rawKeys = sharedValue<((facts: KeyFacts) => void) | undefined>(undefined);
