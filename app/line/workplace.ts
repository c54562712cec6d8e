/** The place of a unit, and the check that the plugged-in device is one that the recipe accepts. */
import { StationError } from '../contract/errors.ts';
import type { Ports } from '../device/channel.ts';
import { answersTo } from '../device/portname.ts';
import type { Recipe } from './recipe.ts';

/** `name` is for people: `slot 3`, or the port of the command line. */
export type Place = { ports: Ports; port: string; name: string };

/**
 * Checks before anything is opened. A port without USB ids passes only if the recipe accepts any device.
 * @throws `link.wrongDevice`
 */
export async function assertWanted({ ports, port, name }: Place, { usb, mark }: Recipe): Promise<void> {
  if (usb.length === 0) return;
  const found = (await ports.list()).find(answersTo(port));
  const vendor = found?.vendorId?.toLowerCase();
  const product = found?.productId?.toLowerCase();
  const fits = usb.some(
    ({ vendorId, productId }) => vendor === vendorId && (productId === undefined || product === productId),
  );
  if (fits) return;
  const is = vendor === undefined ? 'no USB device' : `${vendor}:${product ?? '?'}`;
  const wanted = usb.map(({ vendorId, productId }) => `${vendorId}:${productId ?? 'any'}`).join(', ');
  throw new StationError('link.wrongDevice', `${name} holds ${is}; ${mark.name} is for ${wanted}`, {
    data: { place: name, found: is, wanted },
  });
}
