import { useEffect, useRef, useState } from 'react';
import type { KeyFacts } from '../scanreader/keystroke.ts';
import { rawKeys } from '../scanreader/rawkeys.ts';

/** So much silence ends what came, however slow the scanner. */
const silenceMs = 500;
/** Fewer keys are a person's, who goes about the page. */
const fewest = 4;

const downs = (facts: readonly KeyFacts[]) => facts.filter(({ down }) => down).length;

/** The keys as they come, and each run of them once it is quiet. While this is on a page, scans go nowhere else. */
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
