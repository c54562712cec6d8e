import type { TwoPersons } from '../ca/twopersons.tsx';
import { useAct } from '../calls.ts';
import type { CeremonyStepProps, MadeCa } from './ceremonystepprops.ts';
import { custodyOf, parentAccess, parentOf, yearsOf } from './ceremonysteps.ts';

/** Makes the CA. On every path the last press of the ceremony makes one call. */
export function useMakeCa({ draft, secrets, hierarchy }: CeremonyStepProps, { given }: Pick<TwoPersons, 'given'>) {
  const issuing = useAct('ca.makeIssuing');
  const request = useAct('ca.request');
  const bringIn = useAct('ca.import');
  const { commonName, keyType } = draft.issuing;
  const named = { commonName: commonName.trim(), keyType };

  const make = async (): Promise<MadeCa | undefined> => {
    const { activate } = draft;
    if (draft.path === 'import') {
      const { content, passphrase: filePassphrase, chain } = secrets.file;
      return bringIn.run({ content, filePassphrase, chain, passphrase: secrets.kept.passphrase, activate, ...given });
    }
    const custody = custodyOf(draft.issuing, secrets.issuing);
    if (!custody) return undefined;
    if (draft.path === 'request') {
      const made = await request.run({ ...named, custody });
      return made && { request: made };
    }
    const parent = parentOf(draft, hierarchy);
    const access = parentAccess(draft, secrets, parent);
    const parentId = draft.path === 'both' ? draft.rootId : draft.parentId;
    if (!access || parentId === null) return undefined;
    const years = yearsOf(draft.issuing);
    return issuing.run({ ...named, years, custody, parentId, access, activate, ...given });
  };
  return {
    make,
    busy: issuing.busy || request.busy || bringIn.busy,
    error: issuing.error ?? request.error ?? bringIn.error,
  };
}
