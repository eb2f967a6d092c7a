package dev.switchboard.push.http;

import dev.switchboard.push.devices.ApnsEnvironment;
import dev.switchboard.shared.http.BadFieldException;
import dev.switchboard.shared.push.PushApps;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads {@code app} and {@code environment} from a request. Pure. */
public final class AppFields {
  private static final int MAX = 63;

  private AppFields() {}

  /**
   * The name of an app, whether it is one of ours or not; null where it is absent. Throws {@link
   * BadFieldException} for what can be none.
   */
  public static @Nullable String app(Function<String, @Nullable Object> fields) {
    String app = Fields.optional(fields, "app", MAX);
    if (app != null && !PushApps.isName(app)) {
      throw new BadFieldException("app", "is no name of an app");
    }
    return app;
  }

  /** As {@link #app}, of one that must be one of ours. Throws {@link BadFieldException}. */
  public static @Nullable String app(Function<String, @Nullable Object> fields, PushApps apps) {
    Object given = fields.apply("app");
    if (given != null && !given.equals("") && !(given instanceof String app && apps.has(app))) {
      throw new BadFieldException("app", apps.mustBeOneOf());
    }
    return app(fields);
  }

  /**
   * The environment of an APNs token; null where it is absent. Throws {@link BadFieldException}.
   */
  public static @Nullable ApnsEnvironment environment(Function<String, @Nullable Object> fields) {
    String name = Fields.optional(fields, "environment", 32);
    return name == null
        ? null
        : ApnsEnvironment.of(name)
            .orElseThrow(
                () -> new BadFieldException("environment", "must be one of sandbox, production"));
  }
}
