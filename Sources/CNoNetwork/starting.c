/*
 * What libgit2's start-up calls of the libraries for https and ssh, without those libraries (trait Standalone).
 *
 * Debian's libgit2 sets up TLS whenever it starts, and reads every certificate of the machine for it: ten times what
 * opening a repository costs. This program never uses the network: git itself does. So each function here says that all
 * is well and that there are no certificates; a connection would be refused by never.c.
 *
 * They are declared by the real headers, so that a wrong parameter or structure does not compile.
 */
#ifdef STANDALONE

#include <string.h>

#include <libssh2.h>
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/error.h>
#include <mbedtls/ssl.h>
#include <mbedtls/x509_crt.h>

int libssh2_init(int flags)
{
    (void) flags;
    return 0;
}

void libssh2_exit(void) {}

void mbedtls_ssl_config_init(mbedtls_ssl_config *conf)
{
    memset(conf, 0, sizeof *conf);
}

int mbedtls_ssl_config_defaults(mbedtls_ssl_config *conf, int endpoint, int transport, int preset)
{
    (void) conf, (void) endpoint, (void) transport, (void) preset;
    return 0;
}

void mbedtls_ssl_config_free(mbedtls_ssl_config *conf)
{
    if (conf) memset(conf, 0, sizeof *conf);
}

void mbedtls_ssl_conf_authmode(mbedtls_ssl_config *conf, int authmode)
{
    (void) conf, (void) authmode;
}

void mbedtls_ssl_conf_min_version(mbedtls_ssl_config *conf, int major, int minor)
{
    (void) conf, (void) major, (void) minor;
}

void mbedtls_ssl_conf_ciphersuites(mbedtls_ssl_config *conf, const int *ciphersuites)
{
    (void) conf, (void) ciphersuites;
}

/* libgit2 wants to know at least one cipher. */
int mbedtls_ssl_get_ciphersuite_id(const char *name)
{
    (void) name;
    return 1;
}

void mbedtls_ssl_conf_rng(
    mbedtls_ssl_config *conf, int (*f_rng)(void *, unsigned char *, size_t), void *p_rng)
{
    (void) conf, (void) f_rng, (void) p_rng;
}

void mbedtls_ssl_conf_ca_chain(mbedtls_ssl_config *conf, mbedtls_x509_crt *chain, mbedtls_x509_crl *crl)
{
    (void) conf, (void) chain, (void) crl;
}

void mbedtls_x509_crt_init(mbedtls_x509_crt *crt)
{
    memset(crt, 0, sizeof *crt);
}

void mbedtls_x509_crt_free(mbedtls_x509_crt *crt)
{
    if (crt) memset(crt, 0, sizeof *crt);
}

int mbedtls_x509_crt_parse_file(mbedtls_x509_crt *chain, const char *path)
{
    (void) chain, (void) path;
    return MBEDTLS_ERR_X509_FILE_IO_ERROR;
}

int mbedtls_x509_crt_parse_path(mbedtls_x509_crt *chain, const char *path)
{
    (void) chain, (void) path;
    return MBEDTLS_ERR_X509_FILE_IO_ERROR;
}

void mbedtls_strerror(int code, char *buffer, size_t length)
{
    (void) code;
    if (length > 0) buffer[0] = '\0';
}

/* The seed of random numbers that only TLS would use. */

void mbedtls_entropy_init(mbedtls_entropy_context *context)
{
    memset(context, 0, sizeof *context);
}

void mbedtls_entropy_free(mbedtls_entropy_context *context)
{
    memset(context, 0, sizeof *context);
}

void mbedtls_ctr_drbg_init(mbedtls_ctr_drbg_context *context)
{
    memset(context, 0, sizeof *context);
}

void mbedtls_ctr_drbg_free(mbedtls_ctr_drbg_context *context)
{
    if (context) memset(context, 0, sizeof *context);
}

int mbedtls_ctr_drbg_seed(
    mbedtls_ctr_drbg_context *context, int (*source)(void *, unsigned char *, size_t), void *argument,
    const unsigned char *custom, size_t length)
{
    (void) context, (void) source, (void) argument, (void) custom, (void) length;
    return 0;
}

#endif
