package dev.switchboard.deploy;

import dev.switchboard.shared.http.Answers;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.StaticHandler;

/** The page to try it with, where it is wanted; else one line of text. */
final class WebPage {
  private static final String FOLDER = "web";

  /** Only what this origin serves runs; sockets and cameras are what the page is for. */
  private static final String POLICY =
      "default-src 'self'; connect-src 'self' ws: wss:; img-src 'self' data: blob:;"
          + " media-src 'self' blob: mediastream:; style-src 'self' 'unsafe-inline';"
          + " object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

  private WebPage() {}

  static void mount(Router router, boolean wanted) {
    if (wanted && WebPage.class.getResource("/" + FOLDER + "/index.html") != null) {
      StaticHandler files =
          StaticHandler.create(FOLDER)
              .setIndexPage("index.html")
              .setDirectoryListing(false)
              .setIncludeHidden(false);
      router.get("/").handler(WebPage::negotiate);
      router
          .get("/*")
          .handler(
              context -> {
                context.addHeadersEndHandler(v -> secure(context));
                context.next();
              })
          .handler(files);
    } else {
      router.get("/").handler(WebPage::line);
    }
  }

  /** Programs, which take anything, get the line; browsers ask for HTML. */
  private static void negotiate(RoutingContext context) {
    context.response().headers().add(HttpHeaders.VARY, "Accept");
    if (AcceptedTypes.parse(context.request().headers().getAll(HttpHeaders.ACCEPT)).prefersHtml()) {
      context.next();
    } else {
      line(context);
    }
  }

  private static void secure(RoutingContext context) {
    HttpServerResponse response = context.response();
    if (response.getStatusCode() < 400) {
      response
          // Asked after each time: a page of one version does not go with scripts of another.
          .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
          .putHeader("X-Content-Type-Options", "nosniff")
          .putHeader("Referrer-Policy", "no-referrer")
          .putHeader("Content-Security-Policy", POLICY);
    }
  }

  private static void line(RoutingContext context) {
    Buffer text = Buffer.buffer("Switchboard " + ManagementRoutes.VERSION + "\n");
    Answers.end(context, "text/plain; charset=utf-8", text);
  }
}
