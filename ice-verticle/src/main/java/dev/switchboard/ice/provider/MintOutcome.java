package dev.switchboard.ice.provider;

import dev.switchboard.ice.server.IceServer;
import java.util.List;
import java.util.Locale;

/** What came of asking a provider for a list. */
sealed interface MintOutcome {
  /**
   * A list that browsers take.
   *
   * @param lifeSeconds how long its credentials live from the question on
   */
  record Minted(List<IceServer> servers, long lifeSeconds) implements MintOutcome {
    public Minted {
      servers = List.copyOf(servers);
    }
  }

  /** It does not take the account, the key or the question: an operator must see to it. */
  record Refused(int status) implements MintOutcome {}

  /**
   * No list this time.
   *
   * @param why for the log; nothing that the provider wrote
   * @param retryAfterMillis how long it asks to be left alone; 0 if it does not say
   */
  record Unavailable(String why, long retryAfterMillis) implements MintOutcome {}

  /** Its name in metrics. */
  default String wireName() {
    return getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }
}
