/* What the agent needs from its product. A firmware implements these functions; port_posix.c does it for a PC. */
#ifndef PORT_H
#define PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Data that survives a power loss. Every slot is small: the key has at most 128 bytes, the two marks have 1, and the
 * others AGENT_ITEM_MAX. A store keeps them by their numbers, so a new one comes last. A crypto backend that keeps its key elsewhere leaves SLOT_KEY empty.
 */
typedef enum {
  SLOT_KEY,
  SLOT_CERT,
  SLOT_CHAIN,
  SLOT_ROOT,
  SLOT_CONFIG,
  SLOT_SEALED,
  SLOT_ERASING, /* an erasure has begun: erase.h */
  SLOT_CLAIM,   /* a certificate to ask for an own one with */
  SLOT_CLAIM_KEY,
  SLOT_GIVEN,   /* what a claim brought so far: claim.h */
  SLOT_COUNT
} port_slot;

/* The phases of a connection, in order (PROTOCOL.md, connect and provision). With a claim two of them are others. */
typedef enum {
  PHASE_DNS,
  PHASE_TCP,
  PHASE_TLS,
  PHASE_CONNECT,
  PHASE_PUBLISH,
  PHASE_POLICY,
  PHASE_COUNT,
  PHASE_CERTIFICATE = PHASE_PUBLISH,
  PHASE_THING = PHASE_POLICY
} port_phase;

/*
 * What the device shows in the handshake: SLOT_CERT and SLOT_CHAIN; SLOT_CLAIM, with the key in SLOT_CLAIM_KEY; or the
 * certificate that begins at GIVEN_HEAD of SLOT_GIVEN (claim.h), with the device's own key.
 */
typedef enum { SHOW_OWN, SHOW_CLAIM, SHOW_GIVEN } port_identity;

/* Where and as what the device connects. The server must prove to be `server_name`. */
typedef struct {
  const char *host, *server_name, *client, *topic, *message;
  uint16_t port;
  port_identity shown;
} port_destination;

/* How far a connection came. */
typedef struct {
  port_phase phase;          /* the last one that was begun */
  uint32_t ms[PHASE_COUNT];  /* of each phase that was begun */
  const char *reason;        /* a word of PROTOCOL.md, connect; NULL: the message was acknowledged */
  char detail[160];          /* more, for an engineer; may be empty */
} port_connection;

/*
 * One connection by MQTT in which the device asks. Each function returns false after setting done->reason and
 * done->detail. `close` follows every `open`, also one that failed.
 */
typedef struct {
  /* Up to the end of PHASE_CONNECT. Calls on_phase as `connect` does. */
  bool (*open)(const port_destination *to, port_connection *done, void (*on_phase)(void *, port_phase), void *context);
  /*
   * Subscribes to TOPIC/accepted and TOPIC/rejected with QoS 1, publishes the *n bytes to TOPIC with QoS 1, and waits for
   * the answer, which takes their place. An answer of more than `size` bytes is reason `store`.
   */
  bool (*ask)(const char *topic, uint8_t *bytes, size_t *n, size_t size, bool *accepted, port_connection *done);
  void (*close)(void);
} port_session;

/* Facts about the device. All pointers stay valid. Lengths: PROTOCOL.md, hello. */
typedef struct {
  const char *model, *hardware_revision, *firmware, *hardware_id;
  const char *preset_serial; /* NULL if none was set at an earlier stage */
  /*
   * Connects once with the stored identity, publishes, and disconnects, within 60 s. Calls on_phase at the beginning of
   * each phase, so that the port can send what waits. NULL: the port has no network.
   */
  void (*connect)(const port_destination *to, port_connection *done, void (*on_phase)(void *, port_phase), void *context);
  const port_session *session; /* NULL: the port cannot ask for an identity of its own */
} port_traits;

const port_traits *port_get_traits(void);

/* Bytes stored in the slot; 0 if none. */
size_t port_size(port_slot slot);

/* Reads n bytes from offset on. False if there are fewer, or if the store fails. */
bool port_read(port_slot slot, size_t offset, uint8_t *out, size_t n);

/*
 * Replaces the slot's content. Once it returns true, the new content survives a power loss. There is never a mixture.
 */
bool port_store(port_slot slot, const uint8_t *bytes, size_t n);

/* Empties the slot, durably. */
bool port_forget(port_slot slot);

/* A frame for the station, LF included. */
void port_send(const char *line, size_t n);

/* Milliseconds since any moment. The count may wrap. */
uint32_t port_millis(void);

/* True if computing may take longer than 200 ms on this port, so that `wait` must announce it. */
bool port_is_slow(void);

/* Called before and after each step (`key`, `commit.cert` …): a place for a watchdog, a LED or a fault. */
void port_step(const char *step, bool done);

#endif
