package dev.switchboard.deploy.admin;

import dev.switchboard.shared.http.Answers;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The files of the operator's page. They hold nothing secret: what they show needs a token. */
final class AdminPage {
  private static final String HTML = "text/html; charset=utf-8";
  private static final String SCRIPT = "text/javascript; charset=utf-8";
  private static final String STYLE = "text/css; charset=utf-8";

  /** Only what this origin serves runs or is asked, and no script makes markup of a text. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
          + " require-trusted-types-for 'script'; trusted-types 'none'";

  private static final List<String> SCRIPTS =
      List.of(
          "api.js",
          "app.js",
          "calls.js",
          "chart.js",
          "dialogs.js",
          "dom.js",
          "letters.js",
          "overview.js",
          "timeline.js",
          "users.js",
          "words.js");

  private record Page(String type, Buffer body) {}

  private final Page page;
  private final Map<String, Page> files = new HashMap<>();

  /** Reads the files. */
  AdminPage() {
    page = new Page(HTML, read("/admin/index.html"));
    for (String script : SCRIPTS) {
      files.put(script, new Page(SCRIPT, read("/admin/" + script)));
    }
    files.put("admin.css", new Page(STYLE, read("/admin/admin.css")));
    files.put("icon.svg", new Page("image/svg+xml", read("/admin/icon.svg")));
    // The page to try it with and this one look alike: one file says how.
    files.put("style.css", new Page(STYLE, read("/web/style.css")));
  }

  private static Buffer read(String name) {
    try (InputStream in = AdminPage.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("no " + name + " on the class path");
      }
      return Buffer.buffer(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Mounts the page and its files. */
  void mount(Router router) {
    router.get("/admin").handler(context -> send(context, page));
    router
        .get("/admin/:file")
        .handler(context -> send(context, files.get(String.valueOf(context.pathParam("file")))));
  }

  private static void send(RoutingContext context, @Nullable Page found) {
    if (found == null) {
      context.next();
      return;
    }
    context
        .response()
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .putHeader("Content-Security-Policy", POLICY)
        .putHeader("X-Frame-Options", "DENY")
        .putHeader("X-Content-Type-Options", "nosniff")
        .putHeader("Referrer-Policy", "no-referrer")
        .putHeader("Cross-Origin-Opener-Policy", "same-origin")
        .putHeader("Cross-Origin-Resource-Policy", "same-origin");
    Answers.end(context, found.type, found.body);
  }
}
