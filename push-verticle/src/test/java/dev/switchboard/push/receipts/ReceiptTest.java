package dev.switchboard.push.receipts;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ReceiptTest {
  @Test
  void receiptNamesItsDeviceToWhoeverKnowsTheSecret() {
    String secret = Receipt.newSecret();
    String receipt = Receipt.of(secret, "apns|iPhone von Änne");
    assertThat(Receipt.read(secret, receipt)).contains("apns|iPhone von Änne");
    assertThat(Receipt.read(Receipt.newSecret(), receipt)).isEmpty();
  }

  @Test
  void forgedReceiptsAreNone() {
    String secret = Receipt.newSecret();
    String mine = Receipt.of(secret, "apns|mine");
    String other = Receipt.of(secret, "apns|other");
    String mixed = mine.substring(0, mine.indexOf('.')) + other.substring(other.indexOf('.'));
    for (String forged : new String[] {mixed, "", ".", "a", "a.b", mine + "AA", "ä.ö"}) {
      assertThat(Receipt.read(secret, forged)).as(forged).isEmpty();
    }
  }
}
