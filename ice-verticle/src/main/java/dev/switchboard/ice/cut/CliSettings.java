package dev.switchboard.ice.cut;

import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the command lines of relays are, and what opens them. Does not print its password.
 *
 * @param places empty if no sessions are to be cut
 */
public record CliSettings(List<Place> places, String password) {
  private static final int DEFAULT_PORT = 5_766;
  private static final Pattern PLACE =
      Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+)(?::(\\d{1,5}))?");
  private static final Pattern PRINTABLE = Pattern.compile("[\\x21-\\x7e]{1,128}");

  /** One command line. */
  public record Place(String host, int port) {
    @Override
    public String toString() {
      return host + ":" + port;
    }
  }

  public CliSettings {
    places = List.copyOf(places);
  }

  /** Reads them; throws {@link BadSettingException}. */
  public static CliSettings from(Settings settings) {
    List<Place> places = new ArrayList<>();
    for (String entry : settings.list("TURN_CLI", List.of())) {
      places.add(place(entry));
    }
    String password = settings.text("TURN_CLI_PASSWORD").orElse("");
    if (!places.isEmpty() && password.isEmpty()) {
      // coturn opens no command line without one
      throw new BadSettingException("TURN_CLI_PASSWORD", "is missing while TURN_CLI is set");
    }
    if (!password.isEmpty() && !PRINTABLE.matcher(password).matches()) {
      throw new BadSettingException(
          "TURN_CLI_PASSWORD", "is not made of up to 128 visible ASCII characters");
    }
    return new CliSettings(places, password);
  }

  private static Place place(String entry) {
    Matcher parts = PLACE.matcher(entry);
    if (parts.matches()) {
      int port = parts.group(2) == null ? DEFAULT_PORT : Integer.parseInt(parts.group(2));
      if (port > 0 && port <= 65_535) {
        return new Place(parts.group(1).replaceAll("[\\[\\]]", ""), port);
      }
    }
    throw new BadSettingException("TURN_CLI", "'" + entry + "' is not of the form host:port");
  }

  @Override
  public String toString() {
    return "CliSettings" + places;
  }
}
