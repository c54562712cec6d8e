import type { CaView } from '../../app/contract/index.ts';
import type { CaAct, CaViewer } from './caacts.ts';
import type { CaBranch } from './cabranches.ts';
import { CaCard } from './cacard.tsx';

type Props = {
  label?: string;
  branches: readonly CaBranch[];
  viewer: CaViewer;
  onAct: (act: CaAct, ca: CaView) => void;
};

/** The hierarchy as nested lists. The style sheet draws the lines between them. */
export function CaTree({ label, branches, viewer, onAct }: Props) {
  return (
    <ul className={label === undefined ? 'ca-below' : 'ca-tree'} aria-label={label}>
      {branches.map(({ ca, below }) => (
        <li key={ca.issuerId}>
          <CaCard ca={ca} viewer={viewer} onAct={(act) => onAct(act, ca)} />
          {below.length > 0 && <CaTree branches={below} viewer={viewer} onAct={onAct} />}
        </li>
      ))}
    </ul>
  );
}
