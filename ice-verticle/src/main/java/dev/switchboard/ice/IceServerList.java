package dev.switchboard.ice;

import dev.switchboard.ice.relay.Relay;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Puts the list together. Pure: the time and the relays that live are given. */
final class IceServerList {
  private final IceSettings settings;
  private final Optional<TurnCredentials> signed;

  IceServerList(IceSettings settings) {
    this.settings = settings;
    this.signed = settings.turnSecrets().stream().findFirst().map(TurnCredentials::new);
  }

  /**
   * The list for one asker: STUN, then every relay of {@code listed} there is a credential for. A
   * credential in the server's own entry wins over the shared secret, and that over the static one.
   */
  IceOffer offer(Asker asker, Collection<Relay> listed, Instant now) {
    long ttl = ttlSeconds(asker);
    List<IceServer> servers = new ArrayList<>();
    settings.stunUrls().forEach(url -> servers.add(new IceServer(url, Optional.empty())));
    Optional<Credential> shared =
        signed.map(s -> s.mint(name(asker), now, ttl)).or(settings::staticCredential);
    for (TurnServer turn : settings.usableTurnServers()) {
      Optional<Credential> credential = turn.own().or(() -> shared);
      if (listed.contains(turn.relay())) {
        servers.add(new IceServer(turn.relay().url(), credential));
      }
    }
    return new IceOffer(servers, ttl);
  }

  private long ttlSeconds(Asker asker) {
    return switch (asker) {
      case Asker.Known _ -> settings.credentialTtlSeconds();
      case Asker.Anonymous _ -> settings.anonymousTtlSeconds();
      case Asker.InCall _ -> settings.callTtlSeconds();
    };
  }

  private static String name(Asker asker) {
    return switch (asker) {
      case Asker.Known(String userId) -> UserNames.user(userId);
      case Asker.Anonymous(String userId) -> UserNames.user(userId);
      case Asker.InCall(String userId, String callId) ->
          UserNames.user(userId) + "." + UserNames.call(callId);
    };
  }
}
