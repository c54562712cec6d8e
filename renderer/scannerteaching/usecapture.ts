import { useEffect, useRef, useState } from 'react';
import type { KeyFacts } from '../scanreader/keystroke.ts';
import { rawKeys } from '../scanreader/rawkeys.ts';

/** Silence of this length ends a capture, however slow the scanner is. */
const silenceMs = 500;
/** Fewer keys come from a person who uses the page. */
const fewest = 4;

const downs = (facts: readonly KeyFacts[]) => facts.filter(({ down }) => down).length;

/** The keys as they come, and each run of keys once it is quiet. While a page uses this, scans go nowhere else. */
export function useCapture(onCapture: (facts: readonly KeyFacts[]) => void): readonly KeyFacts[] {
  const [facts, setFacts] = useState<readonly KeyFacts[]>([]);
  const told = useRef(onCapture);
  told.current = onCapture;
  useEffect(() => {
    let run: KeyFacts[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    rawKeys.set((fact) => {
      run = [...run, fact];
      clearTimeout(timer);
      timer = setTimeout(() => {
        const ended = run;
        run = [];
        if (downs(ended) < fewest) return;
        setFacts(ended);
        told.current(ended);
      }, silenceMs);
    });
    return () => {
      clearTimeout(timer);
      rawKeys.set(undefined);
    };
  }, []);
  return facts;
}
