/* The device shows that its identity works: it connects as it will in the field, and tells how far it came. */
#include <string.h>

#include "commands.h"
#include "crypto.h"
#include "text.h"

/* What is written of the port's detail: escaped, it takes up to three times as much. */
enum { HOST_MAX = 128, TOPIC_MAX = 160, DETAIL_MAX = 36, PORT_MAX = 65535 };

static const char *const phases[PHASE_COUNT] = {"dns", "tcp", "tls", "connect", "publish", "policy"};

static bool read_text(const char *field, char *out, size_t size) {
  size_t n;
  return text_unescape(field, out, size, &n) && n > 0;
}

/* Tells the station which phase begins. The final answer begins from nothing after the last one. */
static void tell(void *context, port_phase phase) {
  agent *a = context;
  answer_begin(&a->out, a->seq);
  answer_text(&a->out, "at ");
  answer_text(&a->out, phases[phase]);
  answer_end(&a->out);
  port_send(a->out.line, a->out.used);
}

static void put_failure(answer *out, const port_connection *done) {
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

const char *command_connect(agent *a, char *fields[]) {
  char host[HOST_MAX + 1], server[HOST_MAX + 1], client[HOST_MAX + 1], topic[TOPIC_MAX + 1];
  uint32_t port;
  port_connection done = {.reason = NULL};
  const port_traits *traits = port_get_traits();
  if (!traits->connect) return "command";
  if (!read_text(fields[0], host, sizeof host) || !text_number(fields[1], PORT_MAX, &port) || port == 0 ||
      !read_text(fields[2], client, sizeof client) || !read_text(fields[3], topic, sizeof topic))
    return "field";
  if (!crypto_has_key() || port_size(SLOT_CERT) == 0 || port_size(SLOT_ROOT) == 0) return "incomplete";
  /* A person at the console cannot send the device elsewhere: only its own endpoint can prove to be this name. */
  if (!config_value("endpoint", server, sizeof server)) memcpy(server, host, sizeof server);
  const port_destination to = {.host = host,
                               .port = (uint16_t)port,
                               .server_name = server,
                               .client = client,
                               .topic = topic,
                               .message = "birthmark"};
  traits->connect(&to, &done, tell, a);
  answer_begin(&a->out, a->seq);
  answer_text(&a->out, "ok");
  for (int phase = 0; phase <= (int)done.phase; phase++) {
    answer_text(&a->out, " ");
    answer_text(&a->out, phases[phase]);
    answer_text(&a->out, "=");
    answer_number(&a->out, done.ms[phase]);
  }
  if (done.reason) put_failure(&a->out, &done);
  return NULL;
}
