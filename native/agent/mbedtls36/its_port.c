/*
 * The storage of PSA keys on the agent's own store, for a Mbed TLS without TF-M or an SDK that brings one. There is
 * room for the agent's key alone.
 */
#include "crypto_psa.h"
#include "port.h"
#include "psa/internal_trusted_storage.h"

/* A key's storage has the key's identifier (with the owner in the upper half, which is 0 here). */
static bool is_ours(psa_storage_uid_t uid) { return uid == AGENT_PSA_KEY_ID; }

psa_status_t psa_its_set(psa_storage_uid_t uid, size_t data_length, const void *p_data, psa_storage_create_flags_t create_flags) {
  if (create_flags != PSA_STORAGE_FLAG_NONE) return PSA_ERROR_NOT_SUPPORTED;
  if (!is_ours(uid)) return PSA_ERROR_INSUFFICIENT_STORAGE;
  return port_store(SLOT_KEY, p_data, data_length) ? PSA_SUCCESS : PSA_ERROR_STORAGE_FAILURE;
}

psa_status_t psa_its_get_info(psa_storage_uid_t uid, struct psa_storage_info_t *p_info) {
  size_t n = is_ours(uid) ? port_size(SLOT_KEY) : 0;
  if (n == 0) return PSA_ERROR_DOES_NOT_EXIST;
  *p_info = (struct psa_storage_info_t){.capacity = n, .size = n, .flags = PSA_STORAGE_FLAG_NONE};
  return PSA_SUCCESS;
}

psa_status_t psa_its_get(psa_storage_uid_t uid, size_t data_offset, size_t data_size, void *p_data, size_t *p_data_length) {
  struct psa_storage_info_t info;
  psa_status_t status = psa_its_get_info(uid, &info);
  if (status != PSA_SUCCESS) return status;
  if (data_offset > info.size) return PSA_ERROR_INVALID_ARGUMENT;
  size_t n = info.size - data_offset < data_size ? info.size - data_offset : data_size;
  if (!port_read(SLOT_KEY, data_offset, p_data, n)) return PSA_ERROR_STORAGE_FAILURE;
  *p_data_length = n;
  return PSA_SUCCESS;
}

psa_status_t psa_its_remove(psa_storage_uid_t uid) {
  if (!is_ours(uid) || port_size(SLOT_KEY) == 0) return PSA_ERROR_DOES_NOT_EXIST;
  return port_forget(SLOT_KEY) ? PSA_SUCCESS : PSA_ERROR_STORAGE_FAILURE;
}
