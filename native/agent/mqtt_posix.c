/*
 * MQTT 3.1.1 (OASIS), no more than a device needs to say its first message and to ask for its identity.
 * Section numbers are those of the standard.
 */
#include "mqtt.h"

#include <stdio.h>
#include <string.h>

enum { PACKET_MAX = 1024, PACKET_ID = 1, KEEP_ALIVE_S = 60, TOPIC_MAX = 128 };
enum { CONNECT = 0x10, CONNACK = 0x20, PUBLISH = 0x30, PUBLISH_QOS1 = 0x32, PUBACK = 0x40, SUBSCRIBE = 0x82, SUBACK = 0x90, DISCONNECT = 0xE0 };

typedef struct {
  uint8_t bytes[PACKET_MAX]; /* what follows the fixed header */
  size_t n;
} packet;

static void put(packet *p, const void *bytes, size_t n) {
  memcpy(p->bytes + p->n, bytes, n); /* the texts have at most 255 bytes */
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

/* The packet, whose last `more` bytes follow it. */
static bool send_longer(uint8_t type, const packet *p, const uint8_t *more, size_t more_n, tls_reason *why) {
  uint8_t out[5 + PACKET_MAX] = {type};
  size_t at = 1, left = p->n + more_n;
  do { /* 2.2.3: seven bits a byte, the least significant first */
    out[at++] = (uint8_t)(left % 128 | (left > 127 ? 128u : 0u));
    left /= 128;
  } while (left > 0);
  memcpy(out + at, p->bytes, p->n);
  return tls_write(out, at + p->n, why) && (more_n == 0 || tls_write(more, more_n, why));
}

static bool send_packet(uint8_t type, const packet *p, tls_reason *why) { return send_longer(type, p, NULL, 0, why); }

static bool breaks(tls_reason *why, const char *word, const char *detail) {
  why->word = word;
  snprintf(why->detail, sizeof why->detail, "%s", detail);
  return false;
}

/* The fixed header of the next packet (2.2). */
static bool next_packet(uint8_t *type, size_t *n, tls_reason *why) {
  uint8_t byte;
  *n = 0;
  if (!tls_read(type, 1, why)) return false;
  for (unsigned shift = 0; shift < 28; shift += 7) {
    if (!tls_read(&byte, 1, why)) return false;
    *n |= (size_t)(byte & 127u) << shift;
    if (byte < 128) return true;
  }
  return breaks(why, "mqtt", "a length of more than four bytes");
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

bool mqtt_connect(const char *client, tls_reason *why) {
  static const uint8_t protocol[] = {0, 4, 'M', 'Q', 'T', 'T', 4, 2 /* clean session */, 0, KEEP_ALIVE_S};
  packet p = {.n = 0};
  uint8_t reply[2];
  put(&p, protocol, sizeof protocol);
  put_text(&p, client);
  if (!send_packet(CONNECT, &p, why) || !expect(CONNACK, reply, why)) return false;
  if (reply[1] == 0) return true;
  why->word = "refused";
  snprintf(why->detail, sizeof why->detail, "MQTT return code %u", reply[1]); /* 3.2.2.3 */
  return false;
}

bool mqtt_publish(const char *topic, const char *message, tls_reason *why) {
  packet p = {.n = 0};
  put_text(&p, topic);
  put_u16(&p, PACKET_ID);
  put(&p, message, strlen(message));
  return send_packet(PUBLISH_QOS1, &p, why);
}

bool mqtt_acknowledged(tls_reason *why) {
  uint8_t reply[2];
  if (!expect(PUBACK, reply, why)) return false;
  if (reply[0] == 0 && reply[1] == PACKET_ID) return send_packet(DISCONNECT, &(packet){.n = 0}, why);
  why->word = "mqtt";
  snprintf(why->detail, sizeof why->detail, "another packet was acknowledged");
  return false;
}

bool mqtt_disconnect(tls_reason *why) { return send_packet(DISCONNECT, &(packet){.n = 0}, why); }

static void put_answers(packet *p, const char *topic) {
  static const char *const ends[] = {"/accepted", "/rejected"};
  for (size_t i = 0; i < 2; i++) {
    put_u16(p, strlen(topic) + strlen(ends[i]));
    put(p, topic, strlen(topic));
    put(p, ends[i], strlen(ends[i]));
    put(p, "\1", 1); /* QoS 1 */
  }
}

/* Takes a PUBLISH of n bytes. *mine: it is the answer. */
static bool take_message(uint8_t type, size_t n, const char *topic, uint8_t *bytes, size_t *bytes_n, size_t size, bool *accepted,
                         bool *mine, tls_reason *why) {
  uint8_t head[2], id[2], name[TOPIC_MAX + 10];
  size_t topic_n = strlen(topic), name_n, with_id = type & 6u ? 2 : 0;
  if (n < 2 || !tls_read(head, 2, why)) return n >= 2 ? false : breaks(why, "mqtt", "a message without a topic");
  name_n = (size_t)(head[0] << 8 | head[1]);
  if (name_n > sizeof name || n < 2 + name_n + with_id) return breaks(why, "mqtt", "a message to another topic");
  if (!tls_read(name, name_n, why) || (with_id && !tls_read(id, 2, why))) return false;
  n -= 2 + name_n + with_id;
  if (n > size) return breaks(why, "store", "the answer is too long");
  if (!tls_read(bytes, n, why)) return false;
  *bytes_n = n;
  bool answers = name_n == topic_n + 9 && memcmp(name, topic, topic_n) == 0;
  *accepted = answers && memcmp(name + topic_n, "/accepted", 9) == 0;
  *mine = *accepted || (answers && memcmp(name + topic_n, "/rejected", 9) == 0);
  if (!with_id) return true;
  packet acknowledged = {.n = 0};
  put(&acknowledged, id, 2);
  return send_packet(PUBACK, &acknowledged, why);
}

bool mqtt_ask(const char *topic, uint8_t *bytes, size_t *n, size_t size, bool *accepted, tls_reason *why) {
  packet wanted = {.n = 0}, message = {.n = 0};
  bool subscribed = false, answered = false;
  if (strlen(topic) > TOPIC_MAX) return breaks(why, "store", "the topic is too long");
  put_u16(&wanted, PACKET_ID);
  put_answers(&wanted, topic);
  put_text(&message, topic);
  put_u16(&message, PACKET_ID);
  if (!send_packet(SUBSCRIBE, &wanted, why)) return false;
  while (!answered) {
    uint8_t type, acknowledged[4];
    size_t length;
    if (!next_packet(&type, &length, why)) return false;
    if (type == SUBACK && length == 4) { /* packet identifier, and what became of each topic (3.9.3) */
      if (!tls_read(acknowledged, 4, why)) return false;
      if (acknowledged[2] > 2 || acknowledged[3] > 2) return breaks(why, "refused", "the answers may not be subscribed to");
      if (!subscribed && !send_longer(PUBLISH_QOS1, &message, bytes, *n, why)) return false;
      subscribed = true;
    } else if (type == PUBACK && length == 2) {
      if (!tls_read(acknowledged, 2, why)) return false;
    } else if ((type & 0xF0) == PUBLISH && subscribed) {
      if (!take_message(type, length, topic, bytes, n, size, accepted, &answered, why)) return false;
    } else {
      return breaks(why, "mqtt", "a packet that was not asked for");
    }
  }
  return true;
}
