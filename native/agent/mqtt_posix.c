/*
 * agent --connect does once what the device will do in the field. MQTT 3.1.1 (OASIS): only CONNECT, PUBLISH with QoS 1,
 * and DISCONNECT. Section numbers are those of the standard.
 */
#define _POSIX_C_SOURCE 200809L
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "agent.h"
#include "host.h"
#include "text.h"
#include "tls.h"

enum { VALUE_MAX = 256, PACKET_MAX = 1024, PACKET_ID = 1, KEEP_ALIVE_S = 60 };
enum { CONNECT = 0x10, CONNACK = 0x20, PUBLISH_QOS1 = 0x32, PUBACK = 0x40, DISCONNECT = 0xE0 };

typedef struct {
  uint8_t bytes[PACKET_MAX]; /* what follows the fixed header */
  size_t n;
} packet;

/* The value of `name` in the stored config. */
static bool config_value(const char *name, char value[VALUE_MAX]) {
  char text[AGENT_ITEM_MAX + 1];
  size_t n = port_size(SLOT_CONFIG), name_n = strlen(name), value_n;
  if (n == 0 || n >= sizeof text || !port_read(SLOT_CONFIG, 0, (uint8_t *)text, n)) return false;
  text[n] = '\0';
  for (char *line = text, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
    *end = '\0';
    if (strncmp(line, name, name_n) == 0 && line[name_n] == '=')
      return text_unescape(line + name_n + 1, value, VALUE_MAX, &value_n) && value_n > 0;
  }
  return false;
}

static void put(packet *p, const void *bytes, size_t n) {
  memcpy(p->bytes + p->n, bytes, n); /* the callers' texts are bounded by VALUE_MAX */
  p->n += n;
}

static void put_u16(packet *p, size_t value) {
  const uint8_t bytes[] = {(uint8_t)(value >> 8), (uint8_t)value};
  put(p, bytes, sizeof bytes);
}

/* 1.5.3: text after its length. */
static void put_text(packet *p, const char *text) {
  put_u16(p, strlen(text));
  put(p, text, strlen(text));
}

static bool send_packet(uint8_t type, const packet *p, tls_reason *why) {
  uint8_t out[3 + PACKET_MAX] = {type};
  size_t at = 1, left = p->n;
  do { /* 2.2.3: seven bits a byte, the least significant first */
    out[at++] = (uint8_t)(left % 128 | (left > 127 ? 128u : 0u));
    left /= 128;
  } while (left > 0);
  memcpy(out + at, p->bytes, p->n);
  return tls_write(out, at + p->n, why);
}

/* The next packet must be an acknowledgement of this type: two bytes (3.2, 3.4). */
static bool expect(uint8_t type, uint8_t reply[2], tls_reason *why) {
  uint8_t head[2];
  if (!tls_read(head, 2, why)) return false;
  if (head[0] == type && head[1] == 2) return tls_read(reply, 2, why);
  why->word = "mqtt";
  snprintf(why->detail, sizeof why->detail, "packet %02x instead of %02x", head[0], type);
  return false;
}

static bool publish(const char *client, const char *topic, const char *message, tls_reason *why) {
  static const uint8_t protocol[] = {0, 4, 'M', 'Q', 'T', 'T', 4, 2 /* clean session */, 0, KEEP_ALIVE_S};
  packet p = {.n = 0};
  uint8_t reply[2];
  put(&p, protocol, sizeof protocol);
  put_text(&p, client);
  if (!send_packet(CONNECT, &p, why) || !expect(CONNACK, reply, why)) return false;
  if (reply[1] != 0) {
    why->word = "refused";
    snprintf(why->detail, sizeof why->detail, "MQTT return code %u", reply[1]); /* 3.2.2.3 */
    return false;
  }
  p.n = 0;
  put_text(&p, topic);
  put_u16(&p, PACKET_ID);
  put(&p, message, strlen(message));
  if (!send_packet(PUBLISH_QOS1, &p, why) || !expect(PUBACK, reply, why)) return false;
  if (reply[0] == 0 && reply[1] == PACKET_ID) return send_packet(DISCONNECT, &(packet){.n = 0}, why);
  why->word = "mqtt";
  snprintf(why->detail, sizeof why->detail, "another packet was acknowledged");
  return false;
}

/* Splits HOST:PORT. An IPv6 address stands in brackets. */
static bool split(const char *address, char at[VALUE_MAX], const char **port) {
  const char *colon = strrchr(address, ':');
  if (!colon || colon == address || !colon[1] || colon - address >= VALUE_MAX) return false;
  size_t n = (size_t)(colon - address);
  if (address[0] == '[' && n > 2 && colon[-1] == ']') address++, n -= 2;
  memcpy(at, address, n);
  at[n] = '\0';
  *port = colon + 1;
  return true;
}

int host_connect(void) {
  char at[VALUE_MAX], thing[VALUE_MAX], endpoint[VALUE_MAX], own_topic[VALUE_MAX + 16];
  const char *port;
  tls_reason why = {.word = NULL};
  signal(SIGPIPE, SIG_IGN);
  if (!split(host.connect, at, &port)) {
    fprintf(stderr, "agent: not HOST:PORT: --connect (see --help)\n");
    return 2;
  }
  if (!config_value("thingName", thing) || !config_value("endpoint", endpoint)) {
    fprintf(stderr, "agent: store: no thingName and endpoint in the stored config\n");
    return 1;
  }
  snprintf(own_topic, sizeof own_topic, "birthmark/%s", thing);
  bool done = tls_open(at, port, endpoint, &why) && publish(thing, host.topic ? host.topic : own_topic, host.message, &why);
  tls_close(done);
  if (done) printf("published\n");
  else fprintf(stderr, "agent: %s: %s\n", why.word, why.detail);
  return done ? 0 : 1;
}
