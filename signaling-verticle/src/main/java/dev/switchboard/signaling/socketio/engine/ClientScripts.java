package dev.switchboard.signaling.socketio.engine;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The official client for browsers, under the paths at which Node's server has it: pages of plain
 * Socket.IO servers load it from there.
 */
final class ClientScripts {
  private static final String FOLDER = "/dev/switchboard/signaling/socketio/client/";
  private static final Pattern SCRIPT = Pattern.compile("[^/]+\\.js(\\.map)?");

  /** By the name that is asked for. The one that is not minified is not kept: it is the same. */
  private static final Map<String, String> FILES =
      Map.of(
          "socket.io.js", "socket.io.min.js",
          "socket.io.min.js", "socket.io.min.js",
          "socket.io.esm.min.js", "socket.io.esm.min.js");

  private static final Logger log = LoggerFactory.getLogger(ClientScripts.class);
  private static final Map<String, Script> LOADED = new ConcurrentHashMap<>();

  private final EngineServer server;
  private final String path;

  private record Script(Buffer body, String tag) {}

  ClientScripts(EngineServer server) {
    this.server = server;
    path = server.options().path();
  }

  /** Answers a request for a script, also one that is not there; false if it is for none. */
  boolean answers(HttpServerRequest request) {
    String name = name(request);
    if (name == null) {
      return false;
    }
    String file = FILES.get(name);
    if (file == null) {
      request.response().setStatusCode(404).end();
      return true;
    }
    Script script = LOADED.get(file);
    if (script != null) {
      send(request, script);
    } else {
      server
          .aside(() -> LOADED.computeIfAbsent(file, ClientScripts::load))
          .onSuccess(loaded -> send(request, loaded))
          .onFailure(
              failure -> {
                log.error("{} could not be read", file, failure);
                request.response().setStatusCode(500).end();
              });
    }
    return true;
  }

  private @Nullable String name(HttpServerRequest request) {
    boolean reads =
        HttpMethod.GET.equals(request.method()) || HttpMethod.HEAD.equals(request.method());
    String asked = request.path();
    if (!reads || asked == null || !asked.startsWith(path)) {
      return null;
    }
    String name = asked.substring(path.length());
    return SCRIPT.matcher(name).matches() ? name : null;
  }

  private static Script load(String file) {
    try (InputStream in = ClientScripts.class.getResourceAsStream(FOLDER + file)) {
      byte[] bytes = Objects.requireNonNull(in, file).readAllBytes();
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return new Script(Buffer.buffer(bytes), "\"" + HexFormat.of().formatHex(digest, 0, 8) + "\"");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void send(HttpServerRequest request, Script script) {
    HttpServerResponse response = request.response();
    response
        .putHeader("cache-control", "public, max-age=0")
        .putHeader("etag", script.tag)
        .putHeader("x-content-type-options", "nosniff");
    String known = request.getHeader("if-none-match");
    if (known != null && (known.contains(script.tag) || known.strip().equals("*"))) {
      response.setStatusCode(304).end();
      return;
    }
    response.putHeader("content-type", "text/javascript; charset=utf-8");
    if (HttpMethod.HEAD.equals(request.method())) {
      response.putHeader("content-length", Integer.toString(script.body.length())).end();
    } else {
      response.end(script.body);
    }
  }
}
