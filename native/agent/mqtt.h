/* MQTT 3.1.1 over the open TLS connection, for the host build: mqtt_posix.c. */
#ifndef MQTT_H
#define MQTT_H

#include "tls.h"

/* Each of them fails with reason `lost`, `timeout` or `mqtt`. Texts have at most 255 bytes. */

/* CONNECT, until the server lets the client in. Also fails with reason `refused`. */
bool mqtt_connect(const char *client, tls_reason *why);

/* Sends one message with QoS 1. */
bool mqtt_publish(const char *topic, const char *message, tls_reason *why);

/*
 * Subscribes to TOPIC/accepted and TOPIC/rejected, sends the *n bytes to TOPIC with QoS 1, and waits for the answer,
 * which takes their place. An answer of more than `size` bytes is reason `store`.
 */
bool mqtt_ask(const char *topic, uint8_t *bytes, size_t *n, size_t size, bool *accepted, tls_reason *why);

/* Says goodbye. */
bool mqtt_disconnect(tls_reason *why);

/* Waits until that message is acknowledged, and says goodbye. A server whose policy does not allow it hangs up. */
bool mqtt_acknowledged(tls_reason *why);

#endif
