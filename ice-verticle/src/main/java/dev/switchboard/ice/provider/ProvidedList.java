package dev.switchboard.ice.provider;

import dev.switchboard.ice.server.IceServer;
import java.util.List;

/**
 * A list of a provider; its credentials are shared by all who get it.
 *
 * @param endsAtMillis when the credentials end, in milliseconds since the epoch
 */
public record ProvidedList(List<IceServer> servers, long endsAtMillis) {
  public ProvidedList {
    servers = List.copyOf(servers);
  }

  /** How long the credentials still live, in whole seconds; 0 once they have ended. */
  public long leftSeconds(long nowMillis) {
    return Math.max(0, (endsAtMillis - nowMillis) / 1_000);
  }
}
