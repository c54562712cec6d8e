#include "erase.h"

#include <stddef.h>
#include <stdint.h>

#include "crypto.h"
#include "port.h"

static bool forget_key(port_slot slot) {
  (void)slot;
  return crypto_forget_key();
}

bool erase_finish(void) {
  /* The mark is last: as long as anything may be left, the next start goes on. */
  static const struct {
    const char *step;
    port_slot slot;
    bool (*forget)(port_slot);
  } parts[] = {{"erase.given", SLOT_GIVEN, port_forget},   {"erase.claim", SLOT_CLAIM, port_forget},
               {"erase.claimkey", SLOT_CLAIM_KEY, port_forget}, {"erase.cert", SLOT_CERT, port_forget},
               {"erase.chain", SLOT_CHAIN, port_forget},   {"erase.root", SLOT_ROOT, port_forget},
               {"erase.config", SLOT_CONFIG, port_forget}, {"erase.key", SLOT_KEY, forget_key},
               {"erase.mark", SLOT_ERASING, port_forget}};
  if (port_size(SLOT_ERASING) == 0) return true;
  for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
    port_step(parts[i].step, false);
    if (!parts[i].forget(parts[i].slot)) return false;
    port_step(parts[i].step, true);
  }
  return true;
}

bool erase_all(void) {
  static const uint8_t mark[] = {'1'};
  return port_store(SLOT_ERASING, mark, sizeof mark) && erase_finish();
}
