/*
 * MQTT 3.1.1 (OASIS), no more than the first message of a device needs: CONNECT, PUBLISH with QoS 1, and DISCONNECT.
 * Section numbers are those of the standard.
 */
#include "mqtt.h"

#include <stdio.h>
#include <string.h>

enum { PACKET_MAX = 1024, PACKET_ID = 1, KEEP_ALIVE_S = 60 };
enum { CONNECT = 0x10, CONNACK = 0x20, PUBLISH_QOS1 = 0x32, PUBACK = 0x40, DISCONNECT = 0xE0 };

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
