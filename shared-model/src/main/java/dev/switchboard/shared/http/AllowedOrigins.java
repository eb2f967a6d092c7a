package dev.switchboard.shared.http;

import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which web pages may call: {@code CORS_ORIGIN}, also known as {@code CLIENT_URL}. */
public final class AllowedOrigins {
  private final Set<String> origins;

  private AllowedOrigins(Set<String> origins) {
    this.origins = origins;
  }

  /** Reads them. Outside production all are allowed by default; production must name them. */
  public static AllowedOrigins from(Settings settings) {
    boolean production = settings.environment().isProduction();
    List<String> named =
        settings.firstOf("CORS_ORIGIN", "CLIENT_URL").map(Settings::split).orElse(List.of());
    if (named.isEmpty() && production) {
      throw new BadSettingException(
          "CORS_ORIGIN", "is missing: name the origins of your pages, such as https://app.example");
    }
    return new AllowedOrigins(
        named.isEmpty()
            ? Set.of("*")
            : named.stream().map(AllowedOrigins::read).collect(Collectors.toSet()));
  }

  private static String read(String origin) {
    if (!origin.matches("\\*|null|[A-Za-z][A-Za-z0-9+.-]*://\\S+")) {
      throw new BadSettingException(
          "CORS_ORIGIN", "'" + origin + "' is no origin such as https://app.example, and not *");
    }
    return origin.endsWith("/") ? origin.substring(0, origin.length() - 1) : origin;
  }

  /** True if a request with this {@code Origin} header, or without one, may be served. */
  public boolean allows(@Nullable String origin) {
    return origin == null || origins.contains("*") || origins.contains(origin);
  }
}
