package dev.switchboard.deploy;

import dev.switchboard.shared.http.Answers;
import dev.switchboard.shared.http.ApiDescription;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The descriptions of the API, and a reader for them that needs nothing from elsewhere. */
final class ApiDocs {
  private static final String YAML = "application/yaml; charset=utf-8";
  private static final String JSON = "application/json; charset=utf-8";
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private static final ApiDocs ALL = new ApiDocs();

  /** One answer, ready from the start. */
  private record Page(String type, Buffer body) {}

  private final Page openapi;
  private final Page asyncapi;
  private final Page reader;
  private final Map<String, Page> files;

  private ApiDocs() {
    ApiDescription http = ApiDescription.OPENAPI;
    ApiDescription events = ApiDescription.ASYNCAPI;
    openapi = new Page(YAML, Buffer.buffer(http.yaml()));
    asyncapi = new Page(YAML, Buffer.buffer(events.yaml()));
    reader = resource("text/html; charset=utf-8", "index.html");
    files =
        Map.of(
            "docs.js",
            resource("text/javascript; charset=utf-8", "docs.js"),
            "docs.css",
            resource("text/css; charset=utf-8", "docs.css"),
            "openapi.json",
            new Page(JSON, http.json().toBuffer()),
            "asyncapi.json",
            new Page(JSON, events.json().toBuffer()));
  }

  private static Page resource(String type, String name) {
    try (InputStream in = ApiDocs.class.getResourceAsStream("/docs/" + name)) {
      if (in == null) {
        throw new IllegalStateException("no /docs/" + name + " on the class path");
      }
      return new Page(type, Buffer.buffer(in.readAllBytes()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads them, which takes a while: best beside something else, before they are mounted. */
  static void load() {
    Objects.requireNonNull(ALL);
  }

  /** Mounts them. */
  static void mount(Router router) {
    ApiDocs docs = ALL;
    router.get("/openapi.yaml").handler(context -> send(context, docs.openapi));
    router.get("/asyncapi.yaml").handler(context -> send(context, docs.asyncapi));
    router.get("/docs").handler(context -> send(context, docs.reader));
    router.get("/docs/:file").handler(context -> send(context, docs.files.get(file(context))));
  }

  private static String file(RoutingContext context) {
    return String.valueOf(context.pathParam("file"));
  }

  private static void send(RoutingContext context, @Nullable Page page) {
    if (page == null) {
      context.next();
      return;
    }
    context
        .response()
        .putHeader(HttpHeaders.CACHE_CONTROL, "public, max-age=300")
        .putHeader("X-Content-Type-Options", "nosniff")
        .putHeader("Content-Security-Policy", POLICY);
    Answers.end(context, page.type, page.body);
  }
}
