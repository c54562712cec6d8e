/*
 * A PKCS#11 module that passes every call to a real one (MOODY_REAL), except for what the file MOODY_MODE says:
 *   pulled  no token is there; when it is back, every session is gone
 *   blind   as pulled, and nothing is seen again before C_Initialize
 *   slow    a signature takes 80 ms, as a real token's
 *   hang    a signature does not return while it says so
 *   leaky   a key that is made may leave the token
 * As a smart card, it locks its PIN after three wrong ones. Each C_Login is a line in the file MOODY_LOG.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <pkcs11/pkcs11.h>

static CK_FUNCTION_LIST real, ours;
static int blind, sessions_lost, wrong_pins;

static int is_mode(const char *name) {
  char mode[16] = "";
  FILE *file = fopen(getenv("MOODY_MODE"), "r");
  if (file != NULL) {
    if (fscanf(file, "%15s", mode) != 1) mode[0] = 0;
    fclose(file);
  }
  return strcmp(mode, name) == 0;
}

static int is_gone(void) {
  if (is_mode("blind")) blind = 1;
  if (!is_mode("pulled") && !blind) {
    sessions_lost = 0;
    return 0;
  }
  if (!sessions_lost) {
    CK_SLOT_ID slots[32];
    CK_ULONG count = 32;
    if (real.C_GetSlotList(CK_TRUE, slots, &count) == CKR_OK)
      for (CK_ULONG i = 0; i < count; i++) real.C_CloseAllSessions(slots[i]);
    sessions_lost = 1;
  }
  return 1;
}

static CK_RV initialize(CK_VOID_PTR args) {
  if (!is_mode("blind")) blind = 0;
  return real.C_Initialize(args);
}

static CK_RV get_slot_list(CK_BBOOL present, CK_SLOT_ID_PTR slots, CK_ULONG_PTR count) {
  if (!is_gone()) return real.C_GetSlotList(present, slots, count);
  *count = 0;
  return CKR_OK;
}

static CK_RV get_token_info(CK_SLOT_ID slot, CK_TOKEN_INFO_PTR info) {
  if (is_gone()) return CKR_TOKEN_NOT_PRESENT;
  CK_RV rv = real.C_GetTokenInfo(slot, info);
  info->flags &= ~(CK_FLAGS)(CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY | CKF_USER_PIN_LOCKED);
  if (wrong_pins == 1) info->flags |= CKF_USER_PIN_COUNT_LOW;
  if (wrong_pins == 2) info->flags |= CKF_USER_PIN_FINAL_TRY;
  if (wrong_pins >= 3) info->flags |= CKF_USER_PIN_LOCKED;
  return rv;
}

static CK_RV open_session(CK_SLOT_ID slot, CK_FLAGS flags, CK_VOID_PTR app, CK_NOTIFY notify, CK_SESSION_HANDLE_PTR session) {
  return is_gone() ? CKR_DEVICE_REMOVED : real.C_OpenSession(slot, flags, app, notify, session);
}

static CK_RV get_session_info(CK_SESSION_HANDLE session, CK_SESSION_INFO_PTR info) {
  return is_gone() ? CKR_DEVICE_REMOVED : real.C_GetSessionInfo(session, info);
}

static CK_RV login(CK_SESSION_HANDLE session, CK_USER_TYPE user, CK_UTF8CHAR_PTR pin, CK_ULONG length) {
  if (is_gone()) return CKR_DEVICE_REMOVED;
  FILE *log = fopen(getenv("MOODY_LOG"), "a");
  if (log != NULL) {
    fputs("login\n", log);
    fclose(log);
  }
  if (wrong_pins >= 3) return CKR_PIN_LOCKED;
  CK_RV rv = real.C_Login(session, user, pin, length);
  if (rv == CKR_PIN_INCORRECT) wrong_pins++;
  if (rv == CKR_OK) wrong_pins = 0;
  return rv;
}

static CK_RV find_objects_init(CK_SESSION_HANDLE session, CK_ATTRIBUTE_PTR template, CK_ULONG count) {
  return is_gone() ? CKR_DEVICE_REMOVED : real.C_FindObjectsInit(session, template, count);
}

static CK_RV sign_init(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism, CK_OBJECT_HANDLE key) {
  return is_gone() ? CKR_DEVICE_REMOVED : real.C_SignInit(session, mechanism, key);
}

static CK_RV sign(CK_SESSION_HANDLE session, CK_BYTE_PTR data, CK_ULONG length, CK_BYTE_PTR signature, CK_ULONG_PTR room) {
  if (is_gone()) return CKR_DEVICE_REMOVED;
  if (is_mode("slow")) usleep(80000);
  while (is_mode("hang")) usleep(10000);
  return real.C_Sign(session, data, length, signature, room);
}

static CK_RV generate_key_pair(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism, CK_ATTRIBUTE_PTR public_key,
                               CK_ULONG public_count, CK_ATTRIBUTE_PTR private_key, CK_ULONG private_count,
                               CK_OBJECT_HANDLE_PTR public_handle, CK_OBJECT_HANDLE_PTR private_handle) {
  static CK_BBOOL yes = CK_TRUE;
  if (is_mode("leaky"))
    for (CK_ULONG i = 0; i < private_count; i++)
      if (private_key[i].type == CKA_EXTRACTABLE) memcpy(private_key[i].pValue, &yes, sizeof yes);
  return real.C_GenerateKeyPair(session, mechanism, public_key, public_count, private_key, private_count, public_handle,
                                private_handle);
}

__attribute__((visibility("default"))) CK_RV C_GetFunctionList(CK_FUNCTION_LIST_PTR_PTR list) {
  void *library = dlopen(getenv("MOODY_REAL"), RTLD_NOW | RTLD_LOCAL);
  CK_C_GetFunctionList get = library == NULL ? NULL : (CK_C_GetFunctionList)dlsym(library, "C_GetFunctionList");
  CK_FUNCTION_LIST_PTR found;
  if (get == NULL || get(&found) != CKR_OK) return CKR_GENERAL_ERROR;
  real = *found;
  ours = *found;
  ours.C_GetFunctionList = C_GetFunctionList;
  ours.C_Initialize = initialize;
  ours.C_GetSlotList = get_slot_list;
  ours.C_GetTokenInfo = get_token_info;
  ours.C_OpenSession = open_session;
  ours.C_GetSessionInfo = get_session_info;
  ours.C_Login = login;
  ours.C_FindObjectsInit = find_objects_init;
  ours.C_SignInit = sign_init;
  ours.C_Sign = sign;
  ours.C_GenerateKeyPair = generate_key_pair;
  *list = &ours;
  return CKR_OK;
}
