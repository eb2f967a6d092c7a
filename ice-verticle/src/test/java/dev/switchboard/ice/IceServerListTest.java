package dev.switchboard.ice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.ice.relay.Relay;
import dev.switchboard.ice.server.Credential;
import dev.switchboard.ice.server.IceServer;
import dev.switchboard.ice.server.TurnServer;
import dev.switchboard.shared.config.Settings;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class IceServerListTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_000);

  private static IceOffer offer(Asker asker, Map<String, String> values) {
    IceSettings settings = IceSettings.from(Settings.of(values));
    List<Relay> all = settings.turnServers().stream().map(TurnServer::relay).toList();
    return new IceServerList(settings).offer(asker, all, Optional.empty(), NOW);
  }

  @Test
  void withoutCredentialsThereIsStunAlone() {
    IceOffer offer = offer(new Asker.Known("a"), Map.of("TURN_SERVER_URL", "turn:h"));

    assertThat(offer.serversJson().encode())
        .isEqualTo("[{\"urls\":\"stun:stun.l.google.com:19302\"}]");
    assertThat(offer.ttlSeconds()).isEqualTo(86_400);
  }

  @Test
  void theFirstSecretSignsAndTheAskerDecidesNameAndLife() {
    Map<String, String> values =
        Map.of("TURN_SERVER_URL", "turn:h", "TURN_STATIC_SECRET", "new,old");

    assertThat(offer(new Asker.Known("a"), values).servers().getLast().credential())
        .contains(new TurnCredentials("new").mint("a", NOW, 86_400));
    assertThat(offer(new Asker.Anonymous("a"), values).servers().getLast().credential())
        .map(Credential::username)
        .contains("4600:a");
    IceOffer inCall = offer(new Asker.InCall("a", "c-1"), values);
    assertThat(inCall.ttlSeconds()).isEqualTo(600);
    assertThat(inCall.servers().getLast().credential())
        .map(Credential::username)
        .contains("1600:a.c-1");
  }

  @Test
  void anEntrysOwnCredentialWinsForThatEntry() {
    IceOffer offer =
        offer(
            new Asker.Known("a"),
            Map.of("TURN_SERVER_URL", "turn:u:p@h,turn:i", "TURN_STATIC_SECRET", "s"));

    assertThat(offer.servers().get(1))
        .isEqualTo(new IceServer("turn:h", Optional.of(new Credential("u", "p"))));
    assertThat(offer.servers().get(2).credential()).map(Credential::username).contains("87400:a");
  }

  @Test
  void aRelayOffTheListIsLeftOut() {
    IceSettings settings =
        IceSettings.from(
            Settings.of(
                Map.of(
                    "TURN_SERVER_URL", "turn:h,turn:i",
                    "TURN_USERNAME", "u",
                    "TURN_CREDENTIAL", "p")));
    Relay second = settings.turnServers().getLast().relay();

    assertThat(
            new IceServerList(settings)
                .offer(new Asker.Known("a"), List.of(second), Optional.empty(), NOW)
                .servers())
        .extracting(IceServer::url)
        .containsExactly("stun:stun.l.google.com:19302", "turn:i");
  }
}
