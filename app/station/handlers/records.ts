import { readTranscript } from '../../device/transcript.ts';
import type { StationParts } from '../composition.ts';
import type { Handlers } from '../dispatch.ts';

type Names = 'units.list' | 'units.show' | 'units.transcripts' | 'units.transcript';

/** Methods that read and export the records. */
export const recordsHandlers = ({ ledger }: StationParts): Pick<Handlers, Names> => {
  return {
    'units.list': (params) => ledger.listUnits(params),
    'units.show': ({ unitSerial }) => ledger.showUnit(unitSerial),
    'units.transcripts': ({ unitSerial }) => ledger.listTranscripts(unitSerial),
    'units.transcript': async (params) => {
      const { data, ...row } = await ledger.transcript(params);
      const { unitSerial, attempt } = params;
      return { ...row, unitSerial, attempt, lines: await readTranscript(data) };
    },
  };
};
