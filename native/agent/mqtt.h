/* MQTT 3.1.1 over the open TLS connection, for the host build: mqtt_posix.c. */
#ifndef MQTT_H
#define MQTT_H

#include "tls.h"

/* Each of them fails with reason `lost`, `timeout` or `mqtt`. Texts have at most 255 bytes. */

/* CONNECT, until the server lets the client in. Also fails with reason `refused`. */
bool mqtt_connect(const char *client, tls_reason *why);

/* Sends one message with QoS 1. */
bool mqtt_publish(const char *topic, const char *message, tls_reason *why);

/* Waits until that message is acknowledged, and says goodbye. A server whose policy does not allow it hangs up. */
bool mqtt_acknowledged(tls_reason *why);

#endif
