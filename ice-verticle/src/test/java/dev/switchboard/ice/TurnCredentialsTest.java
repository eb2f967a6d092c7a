package dev.switchboard.ice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.ice.server.Credential;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TurnCredentialsTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);

  @Test
  void signsTheNameAsAnIndependentHmacDoes() {
    Credential credential = new TurnCredentials("north").mint("alice", NOW, 86_400);

    assertThat(credential.username()).isEqualTo("1700086400:alice");
    assertThat(credential.password()).isEqualTo("SXua5ne/+mDhiHTp0pQJzRO4ESg=");
  }

  @Test
  void aCredentialDoesNotPrintItsPassword() {
    Credential credential = new TurnCredentials("north").mint("alice", NOW, 86_400);

    assertThat(credential.toString()).doesNotContain(credential.password());
  }
}
