/* Where the PSA backend has its key: for the firmware that opens its TLS connection with it. */
#ifndef CRYPTO_PSA_H
#define CRYPTO_PSA_H

/* An identifier that the application may choose: PSA_KEY_ID_USER_MIN (1) to PSA_KEY_ID_USER_MAX. */
#ifndef AGENT_PSA_KEY_ID
#define AGENT_PSA_KEY_ID 1
#endif

/* The place of the key. A secure element has a location of its own: PSA_KEY_LIFETIME_FROM_PERSISTENCE_AND_LOCATION. */
#ifndef AGENT_PSA_KEY_LIFETIME
#define AGENT_PSA_KEY_LIFETIME PSA_KEY_LIFETIME_PERSISTENT
#endif

#endif
