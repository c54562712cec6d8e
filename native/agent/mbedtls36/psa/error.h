/* The status codes of PSA, which Mbed TLS includes by this name beside internal_trusted_storage.h. */
#ifndef PSA_ERROR_H
#define PSA_ERROR_H

#include "psa/crypto_types.h"
#include "psa/crypto_values.h"

#endif
