import { sharedValue } from '../sharedvalue.ts';
import type { KeyFacts } from './keystroke.ts';

/** Who looks at the keys as they come: the page that teaches a scanner. While it does, no scan goes anywhere. */
export const rawKeys = sharedValue<((facts: KeyFacts) => void) | undefined>(undefined);
