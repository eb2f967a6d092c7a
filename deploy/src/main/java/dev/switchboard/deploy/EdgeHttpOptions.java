package dev.switchboard.deploy;

import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.OpenSSLEngineOptions;
import io.vertx.core.net.PemKeyCertOptions;

/** How the public HTTP servers listen. */
final class EdgeHttpOptions {
  private static final int BACKLOG = 8_192;
  private static final int MAX_HEADER_BYTES = 16_384;
  private static final int MAX_LINE_BYTES = 16_384;

  private EdgeHttpOptions() {}

  static HttpServerOptions from(ProcessSettings settings) {
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost(settings.host())
            // -1 and not 0: all edges of a process share the one port that the system picks.
            .setPort(settings.port() == 0 ? -1 : settings.port())
            .setAcceptBacklog(BACKLOG)
            .setTcpNoDelay(true)
            .setTcpKeepAlive(true)
            .setMaxHeaderSize(MAX_HEADER_BYTES)
            .setMaxInitialLineLength(MAX_LINE_BYTES)
            // A proxy that passes the wish to upgrade on would be left out of what follows, and
            // some
            // hang. Over TLS, HTTP/2 is agreed on without one.
            .setHttp2ClearTextEnabled(false);
    settings
        .tls()
        .ifPresent(
            tls ->
                options
                    .setSsl(true)
                    .setUseAlpn(true)
                    .setSslEngineOptions(new OpenSSLEngineOptions())
                    .setKeyCertOptions(certificate(tls)));
    return options;
  }

  static PemKeyCertOptions certificate(ProcessSettings.Tls tls) {
    return new PemKeyCertOptions()
        .setCertPath(tls.certificate().toString())
        .setKeyPath(tls.key().toString());
  }
}
