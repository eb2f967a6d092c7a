package dev.switchboard.shared.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PostgresRefusalTest {
  /** PgBouncer's words; it has one state for all. */
  @ParameterizedTest
  @CsvSource({
    "FATAL: SASL authentication failed,NOT_LET_IN",
    "FATAL: password authentication failed,NOT_LET_IN",
    "FATAL: no such database: nosuch,NOT_LET_IN",
    "FATAL: unsupported startup parameter: options,NOT_PASSED_ON",
    "'FATAL: server login has been failing, try again later',NOT_NOW",
    "FATAL: pgbouncer cannot connect to server,NOT_NOW"
  })
  void wordsOfPgBouncerTellWhetherWaitingHelps(String words, PostgresRefusal refusal) {
    assertThat(PostgresRefusal.of(new SQLException(words, "08P01"))).contains(refusal);
  }
}
