package dev.switchboard.deploy;

import dev.switchboard.shared.http.Answers;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;

/** The client library for browsers, as {@code clients/js} makes it: a module that pages import. */
final class ClientLibrary {
  private final Buffer script;
  private final String tag;

  private ClientLibrary(byte[] script, String tag) {
    this.script = Buffer.buffer(script);
    this.tag = tag;
  }

  /** Reads the library and mounts it. */
  static void mount(Router router) {
    ClientLibrary library = read();
    router.get("/client.js").handler(library::send);
  }

  private static ClientLibrary read() {
    try (InputStream in = ClientLibrary.class.getResourceAsStream("/client/client.js")) {
      byte[] script = Objects.requireNonNull(in, "client.js").readAllBytes();
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(script);
      return new ClientLibrary(script, HexFormat.of().formatHex(digest, 0, 8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private void send(RoutingContext context) {
    context
        .response()
        // Asked after each time: a page of one version does not go with a library of another.
        .putHeader(HttpHeaders.CACHE_CONTROL, "public, no-cache")
        .putHeader("X-Content-Type-Options", "nosniff")
        .putHeader("Cross-Origin-Resource-Policy", "cross-origin");
    context.etag(tag);
    if (context.isFresh()) {
      context.response().setStatusCode(304).end();
    } else {
      Answers.end(context, "text/javascript; charset=utf-8", script);
    }
  }
}
