/** How a station reaches its plant, as a screen shows it and a person types it. */
import { z } from 'zod';

/** Without its secret. `rootFile`: the CA of the server's certificate, a PEM file of this PC; without it those of the PC count. */
export const plantAddress = z.strictObject({
  host: z
    .string()
    .regex(/^[A-Za-z0-9._:-]+$/, 'a name or an address of a host: letters, digits, ., _, : and -')
    .max(253),
  port: z.int().min(1).max(65_535),
  database: z.string().min(1).max(63),
  user: z.string().min(1).max(63),
  rootFile: z.string().min(1).max(400).optional(),
});
export type PlantAddressShown = z.infer<typeof plantAddress>;

/** Without a password the one that is kept counts, for the same server and user. */
export const plantLogin = plantAddress.extend({ password: z.string().min(1).max(200).optional() });
export type PlantLogin = z.infer<typeof plantLogin>;

/** The address in one text, as "plant admit" writes it, or in its parts. Each has a secret. */
export const plantReached = {
  url: z.string().min(1).max(2000).optional(),
  login: plantLogin.optional(),
} as const;

/** What a plant says to a login before it joins. `keyId`: SHA-256 of the plant's public key, hex; null when it has none. */
export const plantTried = z.object({ plantId: z.string(), keyId: z.string().nullable() });
export type PlantTried = z.infer<typeof plantTried>;
