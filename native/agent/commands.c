/* The table of commands, and the commands about the device as a whole. */
#include "commands.h"

#include <string.h>

#include "crypto.h"
#include "erase.h"

static void put_text(answer *out, const char *name, const char *value) {
  answer_text(out, name);
  answer_escaped(out, value);
}

static void put_flag(answer *out, const char *name, bool value) {
  answer_text(out, name);
  answer_text(out, value ? "1" : "0");
}

static void put_number(answer *out, const char *name, uint32_t value) {
  answer_text(out, name);
  answer_number(out, value);
}

static const char *command_hello(agent *a, char *fields[]) {
  const port_traits *traits = port_get_traits();
  answer *out = &a->out;
  char serial[AGENT_SERIAL_MAX + 1];
  (void)fields;
  a->has_kept = false;
  answer_text(out, "ok proto=1");
  put_text(out, " model=", traits->model);
  put_text(out, " hw=", traits->hardware_revision);
  put_text(out, " fw=", traits->firmware);
  put_text(out, " hwid=", traits->hardware_id);
  put_number(out, " keys=P-256 chunk=", AGENT_CHUNK_MAX);
  put_number(out, " window=", AGENT_WINDOW);
  put_number(out, " item=", AGENT_ITEM_MAX);
  put_flag(out, " key=", crypto_has_key());
  put_flag(out, " cert=", port_size(SLOT_CERT) > 0);
  put_flag(out, " sealed=", port_size(SLOT_SEALED) > 0);
  if (traits->connect) answer_text(out, " net=1");
  if (traits->preset_serial) put_text(out, " unit=", traits->preset_serial);
  else if (config_value("unitSerial", serial, sizeof serial)) put_text(out, " unit=", serial);
  return NULL;
}

static const char *command_erase(agent *a, char *fields[]) {
  (void)fields;
  if (!erase_all()) return "storage";
  a->buffer_holds = BUFFER_EMPTY;
  answer_text(&a->out, "ok");
  return NULL;
}

static const char *command_seal(agent *a, char *fields[]) {
  static const uint8_t seal[] = {'1'};
  (void)fields;
  if (!crypto_has_key() || port_size(SLOT_CERT) == 0) return "incomplete";
  if (port_size(SLOT_SEALED) == 0 && !port_store(SLOT_SEALED, seal, sizeof seal)) return "storage";
  answer_text(&a->out, "ok");
  return NULL;
}

static const command table[] = {
    {"hello", 0, 0, command_hello},
    {"key", 1, KEPT | SLOW | WRITES | ANNOUNCED, command_key},
    {"csr", 1, KEPT | SLOW | WRITES, command_csr},
    {"data", 3, WRITES, command_data},
    {"commit", 3, KEPT | SLOW | WRITES, command_commit},
    {"stored", 1, 0, command_stored},
    {"read", 2, 0, command_read},
    {"prove", 1, KEPT | SLOW, command_prove},
    {"erase", 0, KEPT | SLOW | WRITES, command_erase},
    {"seal", 0, KEPT | SLOW, command_seal},
    {"connect", 4, KEPT | SLOW | ANNOUNCED | LONG, command_connect},
    {"provision", 3, KEPT | SLOW | WRITES | ANNOUNCED | LONG, command_provision},
};

const command *command_named(const char *verb) {
  for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
    if (strcmp(table[i].verb, verb) == 0) return &table[i];
  return NULL;
}
