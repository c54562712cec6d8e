/*
 * A device that has a claim asks AWS IoT for an identity of its own, with its own key ("Device provisioning MQTT API",
 * AWS IoT developer guide). What it gets is in SLOT_GIVEN until it is the device's identity:
 *
 *   asked:    0x01, length of the certificate (2), certificate, ownership token
 *   provided: 0x02, length of the certificate (2), certificate, the config that the device then has
 *
 * The first is stored before the device asks to be provisioned, because an answer may be lost. The second is stored in one
 * write. What follows it goes on after a power cut: claim_finish.
 */
#ifndef CLAIM_H
#define CLAIM_H

#include "agent.h"

enum { GIVEN_HEAD = 3 };

/* Bytes of the certificate in SLOT_GIVEN; 0 if there is none. */
size_t claim_given_size(void);

/* True if the device has all that it needs to ask. */
bool claim_is_ready(void);

/*
 * Asks once, with the stored claim; to->shown and to->client are those of the claim. Uses the exchange buffer. Reasons
 * of its own: `rejected`, AWS said no, with its word as detail; `store`.
 */
void claim_provision(agent *a, const port_destination *to, port_connection *done, void (*on_phase)(void *, port_phase), void *context);

/*
 * Makes what was provided the device's identity, if that has begun. Config `claim=keep` keeps the claim. Uses the
 * exchange buffer if there is something to do. False if the store fails.
 */
bool claim_finish(agent *a);

#endif
