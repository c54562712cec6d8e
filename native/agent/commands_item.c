/* Items are written piece by piece into the exchange buffer, committed whole, and read back from the store. */
#include <string.h>

#include "commands.h"
#include "crypto.h"
#include "hash.h"
#include "text.h"
#include "x509.h"

enum { NO_ITEM = -1, OFFSET_MAX = 99999 };

static int stored_item(const char *name) {
  static const struct {
    const char *name;
    port_slot slot;
  } items[] = {{"cert", SLOT_CERT},     {"chain", SLOT_CHAIN}, {"root", SLOT_ROOT},
               {"config", SLOT_CONFIG}, {"claim", SLOT_CLAIM}, {"claimkey", SLOT_CLAIM_KEY}};
  for (size_t i = 0; i < sizeof items / sizeof items[0]; i++)
    if (strcmp(items[i].name, name) == 0) return (int)items[i].slot;
  return NO_ITEM;
}

const char *command_data(agent *a, char *fields[]) {
  uint8_t bytes[AGENT_CHUNK_MAX];
  uint32_t offset;
  size_t n;
  int item = stored_item(fields[0]);
  if (item == NO_ITEM || !text_number(fields[1], OFFSET_MAX, &offset) || !text_base64(fields[2], bytes, sizeof bytes, &n))
    return "field";
  if (offset + n > AGENT_ITEM_MAX) return "tooLong";
  if (a->buffer_holds != item) {
    memset(a->buffer, 0, sizeof a->buffer);
    a->buffer_holds = item;
  }
  memcpy(a->buffer + offset, bytes, n);
  answer_text(&a->out, "ok");
  return NULL;
}

static bool is_stored(port_slot slot, size_t n, const uint8_t digest[32]) {
  uint8_t present[32];
  return port_size(slot) == n && hash_slot(slot, n, present) && memcmp(present, digest, sizeof present) == 0;
}

const char *command_commit(agent *a, char *fields[]) {
  uint8_t wanted[32], given[32];
  uint32_t n;
  int item = stored_item(fields[0]);
  if (item == NO_ITEM || !text_number(fields[1], OFFSET_MAX, &n) || n == 0 || !text_sha256(fields[2], wanted)) return "field";
  if (n > AGENT_ITEM_MAX) return "tooLong";
  if (!is_stored((port_slot)item, n, wanted)) {
    if (a->buffer_holds != item) return "digest";
    if (!hash_bytes(a->buffer, n, given)) return "keyFailed";
    if (memcmp(given, wanted, sizeof given) != 0) return "digest";
    if (item == SLOT_CERT && !crypto_has_key()) return "noKey";
    if (item == SLOT_CERT && !x509_is_mine(a->buffer, n)) return "wrongKey";
    if (item == SLOT_CONFIG && !config_is_valid(a->buffer, n)) return "field";
    /* What another claim brought is not this one's. */
    if (item == SLOT_CLAIM && port_size(SLOT_GIVEN) > 0 && !port_forget(SLOT_GIVEN)) return "storage";
    if (!port_store((port_slot)item, a->buffer, n)) return "storage";
    if (item == SLOT_CLAIM_KEY) {
      memset(a->buffer, 0, sizeof a->buffer);
      a->buffer_holds = BUFFER_EMPTY;
    }
  }
  answer_text(&a->out, "ok");
  return NULL;
}

const char *command_stored(agent *a, char *fields[]) {
  uint8_t digest[32];
  int item = stored_item(fields[0]);
  if (item == NO_ITEM) return "field";
  size_t n = port_size((port_slot)item);
  if (n > 0 && !hash_slot((port_slot)item, n, digest)) return "storage";
  answer_text(&a->out, "ok len=");
  answer_number(&a->out, (uint32_t)n);
  if (n > 0) {
    answer_text(&a->out, " sha256=");
    answer_digest(&a->out, digest);
  }
  return NULL;
}

const char *command_read(agent *a, char *fields[]) {
  uint8_t bytes[AGENT_CHUNK_MAX];
  uint32_t offset;
  bool csr = strcmp(fields[0], "csr") == 0;
  int item = stored_item(fields[0]);
  if ((item == NO_ITEM && !csr) || item == SLOT_CLAIM_KEY || !text_number(fields[1], OFFSET_MAX, &offset)) return "field";
  size_t size = !csr ? port_size((port_slot)item) : a->buffer_holds == BUFFER_CSR ? a->buffer_n : 0;
  if (size == 0) return "empty";
  answer_text(&a->out, "ok");
  if (offset >= size) return NULL;
  size_t n = size - offset < sizeof bytes ? size - offset : sizeof bytes;
  if (csr) memcpy(bytes, a->buffer + offset, n);
  else if (!port_read((port_slot)item, offset, bytes, n)) return "storage";
  answer_text(&a->out, " ");
  answer_base64(&a->out, bytes, n);
  return NULL;
}
