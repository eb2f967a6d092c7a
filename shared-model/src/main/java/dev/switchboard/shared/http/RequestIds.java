package dev.switchboard.shared.http;

import dev.switchboard.shared.log.LogKeys;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/**
 * Gives each request an id, or keeps the one that a proxy gave it. The answer names it in {@code
 * X-Request-Id}, log lines in {@link LogKeys#REQUEST}.
 */
public final class RequestIds implements Handler<RoutingContext> {
  private static final String HEADER = "X-Request-Id";
  private static final Pattern USABLE = Pattern.compile("[A-Za-z0-9._:-]{1,64}");

  @Override
  public void handle(RoutingContext context) {
    String given = context.request().getHeader(HEADER);
    String id =
        given != null && USABLE.matcher(given).matches()
            ? given
            : HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    context.put(LogKeys.REQUEST, id);
    context.response().putHeader(HEADER, id);
    context.next();
  }

  /** The id of a request that has passed here; else "none". */
  public static String of(RoutingContext context) {
    return context.get(LogKeys.REQUEST, "none");
  }
}
