/*
 * What libgit2 would call of the libraries for https and ssh if it ever used the network (trait Standalone). This program
 * never does: git itself fetches and pushes. Coming here would be a defect, so the program ends with a word.
 */
#ifdef STANDALONE

#include <stdio.h>
#include <stdlib.h>

static void never(const char *name)
{
    fprintf(stderr, "fatal: %s: this build has no network; please report this\n", name);
    abort();
}

#define NEVER(name) void name(void) { never(#name); }

/* TLS (mbedtls) */
NEVER(mbedtls_ctr_drbg_random)
NEVER(mbedtls_entropy_func)
NEVER(mbedtls_ssl_close_notify)
NEVER(mbedtls_ssl_free)
NEVER(mbedtls_ssl_get_peer_cert)
NEVER(mbedtls_ssl_get_verify_result)
NEVER(mbedtls_ssl_handshake)
NEVER(mbedtls_ssl_init)
NEVER(mbedtls_ssl_read)
NEVER(mbedtls_ssl_set_bio)
NEVER(mbedtls_ssl_set_hostname)
NEVER(mbedtls_ssl_setup)
NEVER(mbedtls_ssl_write)
NEVER(mbedtls_x509_crt_verify_info)

/* ssh (libssh2) */
NEVER(libssh2_agent_connect)
NEVER(libssh2_agent_disconnect)
NEVER(libssh2_agent_free)
NEVER(libssh2_agent_get_identity)
NEVER(libssh2_agent_init)
NEVER(libssh2_agent_list_identities)
NEVER(libssh2_agent_userauth)
NEVER(libssh2_channel_close)
NEVER(libssh2_channel_free)
NEVER(libssh2_channel_open_ex)
NEVER(libssh2_channel_process_startup)
NEVER(libssh2_channel_read_ex)
NEVER(libssh2_channel_set_blocking)
NEVER(libssh2_channel_write_ex)
NEVER(libssh2_hostkey_hash)
NEVER(libssh2_knownhost_checkp)
NEVER(libssh2_knownhost_free)
NEVER(libssh2_knownhost_init)
NEVER(libssh2_knownhost_readfile)
NEVER(libssh2_session_abstract)
NEVER(libssh2_session_disconnect_ex)
NEVER(libssh2_session_free)
NEVER(libssh2_session_handshake)
NEVER(libssh2_session_hostkey)
NEVER(libssh2_session_init_ex)
NEVER(libssh2_session_last_error)
NEVER(libssh2_session_method_pref)
NEVER(libssh2_session_set_blocking)
NEVER(libssh2_userauth_authenticated)
NEVER(libssh2_userauth_keyboard_interactive_ex)
NEVER(libssh2_userauth_list)
NEVER(libssh2_userauth_password_ex)
NEVER(libssh2_userauth_publickey)
NEVER(libssh2_userauth_publickey_fromfile_ex)
NEVER(libssh2_userauth_publickey_frommemory)

/* Kerberos (gssapi) */
NEVER(gss_delete_sec_context)
NEVER(gss_display_status)
NEVER(gss_import_name)
NEVER(gss_indicate_mechs)
NEVER(gss_init_sec_context)
NEVER(gss_release_buffer)
NEVER(gss_release_name)
NEVER(gss_release_oid_set)

/* http (http_parser) */
NEVER(http_errno_description)
NEVER(http_parser_execute)
NEVER(http_parser_init)
NEVER(http_parser_parse_url)
NEVER(http_parser_pause)
NEVER(http_should_keep_alive)
const void *GSS_C_NT_HOSTBASED_SERVICE = NULL;

#endif
