import type { Person, StationStatus } from '../../app/contract/index.ts';
import type { Route } from '../route.ts';

type Props = { route: Route; person: Person | null; status: StationStatus | undefined };

/** The screens beside the bench. */
export function Desk({ route, person, status }: Props) {
  return (
    <p>
      {route.screen}
      {person?.name}
      {status?.name}
    </p>
  );
}
