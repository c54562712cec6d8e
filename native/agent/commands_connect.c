/* The device connects as it will in the field, and tells how far it came: with its identity, or with a claim to get one. */
#include <string.h>

#include "claim.h"
#include "commands.h"
#include "crypto.h"
#include "text.h"

/* What is written of the port's detail: escaped, it takes up to three times as much. */
enum { HOST_MAX = 128, TOPIC_MAX = 160, DETAIL_MAX = 36, PORT_MAX = 65535 };

static const char *const connecting[PHASE_COUNT] = {"dns", "tcp", "tls", "connect", "publish", "policy"};
static const char *const provisioning[PHASE_COUNT] = {"dns", "tcp", "tls", "connect", "certificate", "thing"};

/* Who is told of phases, and by which names. */
typedef struct {
  agent *a;
  const char *const *phases;
} listener;

static bool read_text(const char *field, char *out, size_t size) {
  size_t n;
  return text_unescape(field, out, size, &n) && n > 0;
}

/* Tells the station which phase begins. The final answer begins from nothing after the last one. */
static void tell(void *context, port_phase phase) {
  const listener *to = context;
  answer *out = &to->a->out;
  answer_begin(out, to->a->seq);
  answer_text(out, "at ");
  answer_text(out, to->phases[phase]);
  answer_end(out);
  port_send(out->line, out->used);
}

static void put_failure(answer *out, const char *const phases[], const port_connection *done) {
  char detail[DETAIL_MAX + 1];
  answer_text(out, " failed=");
  answer_text(out, phases[done->phase]);
  answer_text(out, " reason=");
  answer_text(out, done->reason);
  if (done->detail[0] == '\0') return;
  size_t n = 0;
  for (; n < DETAIL_MAX && done->detail[n] != '\0'; n++) detail[n] = done->detail[n];
  detail[n] = '\0';
  answer_text(out, " detail=");
  answer_escaped(out, detail);
}

static const char *put_phases(agent *a, const char *const phases[], const port_connection *done) {
  answer_begin(&a->out, a->seq);
  answer_text(&a->out, "ok");
  for (int phase = 0; phase <= (int)done->phase; phase++) {
    answer_text(&a->out, " ");
    answer_text(&a->out, phases[phase]);
    answer_text(&a->out, "=");
    answer_number(&a->out, done->ms[phase]);
  }
  if (done->reason) put_failure(&a->out, phases, done);
  return NULL;
}

/* Host, port and client, which both commands begin with. `server` is the name that the server must prove. */
typedef struct {
  char host[HOST_MAX + 1], server[HOST_MAX + 1], client[HOST_MAX + 1];
  uint32_t port;
} place;

static bool read_place(char *fields[], place *at) {
  if (!read_text(fields[0], at->host, sizeof at->host) || !text_number(fields[1], PORT_MAX, &at->port) || at->port == 0 ||
      !read_text(fields[2], at->client, sizeof at->client))
    return false;
  /* A person at the console cannot send the device elsewhere: only its own endpoint can prove to be this name. */
  if (!config_value("endpoint", at->server, sizeof at->server)) memcpy(at->server, at->host, sizeof at->server);
  return true;
}

static port_destination destination(const place *at) {
  return (port_destination){.host = at->host, .port = (uint16_t)at->port, .server_name = at->server, .client = at->client};
}

const char *command_connect(agent *a, char *fields[]) {
  place at;
  char topic[TOPIC_MAX + 1];
  port_connection done = {.reason = NULL};
  const port_traits *traits = port_get_traits();
  listener who = {a, connecting};
  if (!traits->connect) return "command";
  if (!read_place(fields, &at) || !read_text(fields[3], topic, sizeof topic)) return "field";
  if (!crypto_has_key() || port_size(SLOT_CERT) == 0 || port_size(SLOT_ROOT) == 0) return "incomplete";
  port_destination to = destination(&at);
  to.topic = topic;
  to.message = "birthmark";
  traits->connect(&to, &done, tell, &who);
  return put_phases(a, connecting, &done);
}

const char *command_provision(agent *a, char *fields[]) {
  place at;
  port_connection done = {.reason = NULL};
  listener who = {a, provisioning};
  if (!port_get_traits()->session) return "command";
  if (!read_place(fields, &at)) return "field";
  if (!claim_is_ready()) return "incomplete";
  port_destination to = destination(&at);
  to.shown = SHOW_CLAIM;
  claim_provision(a, &to, &done, tell, &who);
  return put_phases(a, provisioning, &done);
}
