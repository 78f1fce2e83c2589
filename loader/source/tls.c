// SPDX-License-Identifier: GPL-2.0-or-later
/* TLS by OpenSSL. */
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "tls.h"

/* RFC 9103 7.1 */
static const unsigned char alpn[] = { 3, 'd', 'o', 't' };

/* What went wrong, in OpenSSL's words; a certificate's fault first. */
static bool say(struct stream *stream, const char *what, char why[256])
{
	long verified = stream->tls ? SSL_get_verify_result(stream->tls) : X509_V_OK;
	unsigned long error = ERR_peek_last_error();
	const char *reason = error ? ERR_reason_error_string(error) : NULL;

	snprintf(why, 256, "%s: %s", what,
		 verified != X509_V_OK ? X509_verify_cert_error_string(verified)
		 : reason	       ? reason
				       : "the connection was closed");
	ERR_clear_error();
	return false;
}

static bool prepare(struct stream *stream, const struct source_tls *tls, char why[256])
{
	stream->context = SSL_CTX_new(TLS_client_method());
	if (!stream->context || !SSL_CTX_set_min_proto_version(stream->context, TLS1_3_VERSION) ||
	    SSL_CTX_set_alpn_protos(stream->context, alpn, sizeof(alpn)))
		return say(stream, "TLS", why);
	if (tls->name) {
		if (tls->ca_file
			    ? !SSL_CTX_load_verify_locations(stream->context, tls->ca_file, NULL)
			    : !SSL_CTX_set_default_verify_paths(stream->context))
			return say(stream, tls->ca_file ? tls->ca_file : "the system's CAs", why);
		SSL_CTX_set_verify(stream->context, SSL_VERIFY_PEER, NULL);
	}
	stream->tls = SSL_new(stream->context);
	if (!stream->tls || !SSL_set_fd(stream->tls, stream->fd) ||
	    (tls->name && (!SSL_set_tlsext_host_name(stream->tls, tls->name) ||
			   !SSL_set1_host(stream->tls, tls->name))))
		return say(stream, "TLS", why);
	return true;
}

/* Waits for what the last call wants. False: it failed for good, or time is over. */
static bool wait_for(struct stream *stream, int result, const char *what, char why[256])
{
	switch (SSL_get_error(stream->tls, result)) {
	case SSL_ERROR_WANT_READ:
		return wait_ready(stream, POLLIN, why);
	case SSL_ERROR_WANT_WRITE:
		return wait_ready(stream, POLLOUT, why);
	default:
		return say(stream, what, why);
	}
}

/* RFC 7858 4.2: SHA-256 of the SubjectPublicKeyInfo. */
static bool is_pinned(struct stream *stream, const struct source_tls *tls)
{
	X509 *certificate = SSL_get1_peer_certificate(stream->tls);
	unsigned char digest[EVP_MAX_MD_SIZE], *spki = NULL;
	unsigned int size = 0;
	int length = certificate ? i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &spki) : 0;
	bool found = false;

	if (length > 0 && EVP_Digest(spki, length, digest, &size, EVP_sha256(), NULL))
		for (size_t i = 0; i < tls->pins; i++)
			found |= !memcmp(digest, tls->pin[i], sizeof(tls->pin[i]));
	OPENSSL_free(spki);
	X509_free(certificate);
	return found;
}

bool tls_begin(struct stream *stream, const struct source_tls *tls, char why[256])
{
	int result;

	if (!tls->name && !tls->pins) {
		snprintf(why, 256, "TLS without a name or a pin to know the primary by");
		return false;
	}
	if (!prepare(stream, tls, why))
		return false;
	while ((result = SSL_connect(stream->tls)) != 1)
		if (!wait_for(stream, result, "TLS", why))
			return false;
	if (!tls->pins || is_pinned(stream, tls))
		return true;
	snprintf(why, 256, "its TLS key is none of those that are pinned");
	return false;
}

ssize_t tls_write(struct stream *stream, const void *bytes, size_t length, char why[256])
{
	int result;

	while ((result = SSL_write(stream->tls, bytes, length)) <= 0)
		if (!wait_for(stream, result, "sending over TLS", why))
			return -1;
	return result;
}

ssize_t tls_read(struct stream *stream, void *bytes, size_t length, char why[256])
{
	int result;

	while ((result = SSL_read(stream->tls, bytes, length)) <= 0) {
		if (SSL_get_error(stream->tls, result) == SSL_ERROR_ZERO_RETURN)
			return 0;
		if (!wait_for(stream, result, "receiving over TLS", why))
			return -1;
	}
	return result;
}

void tls_end(struct stream *stream)
{
	SSL_free(stream->tls);
	SSL_CTX_free(stream->context);
	stream->tls = NULL;
	stream->context = NULL;
}
