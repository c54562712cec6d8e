/** Whether what is plugged into a slot is what the recipe wants there. */
import { StationError } from '../contract/errors.ts';
import type { SlotConfig } from '../contract/model.ts';
import type { PortInfo, Ports } from '../device/channel.ts';
import type { Recipe } from './recipe.ts';

/** Throws `link.wrongDevice` before anything is opened. Ports without USB ids pass only where any device does. */
export async function assertWanted(ports: Ports, config: SlotConfig, { usb, mark }: Recipe): Promise<void> {
  if (usb.length === 0) return;
  const found = (await ports.list()).find((info) => isAt(info, config.port));
  const fits = usb.some(
    ({ vendorId, productId }) =>
      found?.vendorId?.toLowerCase() === vendorId &&
      (productId === undefined || found.productId?.toLowerCase() === productId),
  );
  if (fits) return;
  const is = found?.vendorId ? `${found.vendorId}:${found.productId ?? '?'}` : 'no USB device';
  const wanted = usb.map(({ vendorId, productId }) => `${vendorId}:${productId ?? 'any'}`).join(', ');
  throw new StationError('link.wrongDevice', `slot ${config.slotId} holds ${is}; ${mark.name} is for ${wanted}`, {
    data: { slotId: config.slotId, found: is, wanted },
  });
}

const isAt = ({ path, stablePath, usbLocation }: PortInfo, port: string): boolean =>
  path === port || stablePath === port || (usbLocation !== undefined && `usb:${usbLocation}` === port);
