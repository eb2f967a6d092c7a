package dev.switchboard.ice;

import dev.switchboard.ice.provider.ProvidedList;
import dev.switchboard.ice.relay.Relay;
import dev.switchboard.ice.server.Credential;
import dev.switchboard.ice.server.IceServer;
import dev.switchboard.ice.server.TurnServer;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Puts the list together. Pure: the time and the relays that live are given. */
final class IceServerList {
  /** How long a list is good that lacks the provider's relays, in seconds. */
  private static final long WITHOUT_RELAYS = 60;

  private final IceSettings settings;
  private final Optional<TurnCredentials> signed;

  IceServerList(IceSettings settings) {
    this.settings = settings;
    this.signed = settings.turnSecrets().stream().findFirst().map(TurnCredentials::new);
  }

  /**
   * The list for one asker: STUN, what a provider lists, then every relay of {@code listed} there
   * is a credential for. A credential in the server's own entry wins over the shared secret, and
   * that over the static one.
   *
   * @param provided the provider's list while its credentials live; nobody gets it for longer
   */
  IceOffer offer(
      Asker asker, Collection<Relay> listed, Optional<ProvidedList> provided, Instant now) {
    long ttl = ttlSeconds(asker, provided, now);
    Set<IceServer> servers = new LinkedHashSet<>();
    settings.stunUrls().forEach(url -> servers.add(new IceServer(url, Optional.empty())));
    provided.ifPresent(list -> servers.addAll(list.servers()));
    Optional<Credential> shared =
        signed.map(s -> s.mint(name(asker), now, ttl)).or(settings::staticCredential);
    for (TurnServer turn : settings.usableTurnServers()) {
      Optional<Credential> credential = turn.own().or(() -> shared);
      if (listed.contains(turn.relay())) {
        servers.add(new IceServer(turn.relay().url(), credential));
      }
    }
    return new IceOffer(
        List.copyOf(servers),
        ttl,
        provided.map(ProvidedList::endsAtMillis),
        settings.provider().isEmpty() || provided.isPresent());
  }

  private long ttlSeconds(Asker asker, Optional<ProvidedList> provided, Instant now) {
    long promised = ttlSeconds(asker);
    if (settings.provider().isEmpty()) {
      return promised;
    }
    // Without the provider's relays clients should soon ask again.
    long left = provided.map(list -> list.leftSeconds(now.toEpochMilli())).orElse(WITHOUT_RELAYS);
    return Math.max(1, Math.min(promised, left));
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
      case Asker.Known(String userId) -> UserNames.unbound(userId);
      case Asker.Anonymous(String userId) -> UserNames.unbound(userId);
      case Asker.InCall(String userId, String callId) -> UserNames.inCall(userId, callId);
    };
  }
}
