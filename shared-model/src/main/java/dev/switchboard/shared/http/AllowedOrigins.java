package dev.switchboard.shared.http;

import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which web pages may call: {@code CORS_ORIGIN}, also known as {@code CLIENT_URL}. */
public final class AllowedOrigins {
  private final Set<String> origins;

  private AllowedOrigins(Set<String> origins) {
    this.origins = origins;
  }

  /**
   * Reads them. By default all are allowed, in production none: apps on phones send no origin, and
   * pages of the server's own origin need no leave.
   */
  public static AllowedOrigins from(Settings settings) {
    List<String> byDefault = settings.environment().isProduction() ? List.of() : List.of("*");
    Set<String> named =
        Stream.of("CORS_ORIGIN", "CLIENT_URL")
            .flatMap(name -> read(settings, name))
            .collect(Collectors.toSet());
    return new AllowedOrigins(named.isEmpty() ? Set.copyOf(byDefault) : named);
  }

  private static Stream<String> read(Settings settings, String name) {
    return settings.text(name).map(Settings::split).orElse(List.of()).stream()
        .map(origin -> read(name, origin));
  }

  private static String read(String name, String origin) {
    if (!origin.matches("\\*|null|[A-Za-z][A-Za-z0-9+.-]*://\\S+")) {
      throw new BadSettingException(
          name, "'" + origin + "' is no origin such as https://app.example, and not *");
    }
    return origin.endsWith("/") ? origin.substring(0, origin.length() - 1) : origin;
  }

  /** True if a request with this {@code Origin} header, or without one, may be served. */
  public boolean allows(@Nullable String origin) {
    return origin == null || origins.contains("*") || origins.contains(origin);
  }
}
