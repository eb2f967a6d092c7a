package dev.switchboard.shared.redis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedisRefusalTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CLUSTER|MOVED 3999 127.0.0.1:6381",
        "CLUSTER|ASK 3999 127.0.0.1:6381",
        "CLUSTER|CROSSSLOT Keys in request don't hash to the same slot",
        "CLUSTER|CLUSTERDOWN Hash slot not served",
        "CLUSTER|ERR Script attempted to access a non local key in a cluster node script: ab",
        "CLUSTER|ERR SELECT is not allowed in cluster mode",
        "READ_ONLY|READONLY You can't write against a read only replica.",
        "READ_ONLY|READONLY You can't write against a read only replica. script: 3b, on"
            + " @user_script:1.",
        "READ_ONLY|ERR Error running script (call to f_3b): @user_script:1: @user_script: 1:"
            + " -READONLY You can't",
        "READ_ONLY|MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to"
            + " 'no'.",
        "NO_RIGHTS|NOPERM this user has no permissions to run the 'eval' command or its subcommand",
        "NO_RIGHTS|ERR Error running script (call to f_3b): @user_script:1: @user_script: 1: The"
            + " user executing the script can't run this command or subcommand",
        "NO_RIGHTS|ERR The user executing the script can't access at least one of the keys"
            + " mentioned",
        "NOT_LET_IN|NOAUTH Authentication required.",
        "NOT_LET_IN|WRONGPASS invalid username-password pair or user is disabled.",
        "NOT_LET_IN|ERR invalid password",
        "NOT_LET_IN|ERR AUTH <password> called without any password configured for the default"
            + " user.",
        "NOT_LET_IN|DENIED Redis is running in protected mode because",
        "NOT_LET_IN|ERR wrong number of arguments for 'auth' command",
        "NO_DATABASE|ERR DB index is out of range",
        "NO_DATABASE|ERR invalid DB index",
        "NO_DATABASE|ERR unknown command 'SELECT', with args beginning with: '1' ",
        "NO_SENTINEL|ERR unknown command 'SENTINEL', with args beginning with:",
        "NO_SENTINEL|ERR unknown command `SENTINEL`, with args beginning with:",
        "OLD|NOPROTO unsupported protocol version",
        "NO_SCRIPTS|ERR unknown command 'EVAL', with args beginning with:",
        "NO_SCRIPTS|ERR unknown command `evalsha`",
        "FULL|OOM command not allowed when used memory > 'maxmemory'.",
        "FULL|ERR Error running script (call to f_3b): @user_script:1: @user_script: 1: -OOM"
            + " command not allowed",
        "UNSAFE|MISCONF Redis is configured to save RDB snapshots, but it's currently unable to",
        "UNSAFE|NOREPLICAS Not enough good replicas to write.",
        "NOT_NOW|LOADING Redis is loading the dataset in memory",
        "NOT_NOW|BUSY Redis is busy running a script.",
        "NOT_NOW|ERR max number of clients reached",
      })
  void wordsOfEachVersionAreKnown(RedisRefusal refusal, String message) {
    assertThat(RedisRefusal.of(message)).contains(refusal);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "NOSCRIPT No matching script. Please use EVAL.",
        "WRONGTYPE Operation against a key holding the wrong kind of value",
        "BUSYGROUP Consumer Group name already exists",
        "ERR value is not an integer or out of range",
        "ERR unknown command 'SELECTED'",
        "ERR user said OOM and READONLY",
        "ERR Error running script (call to f_3b): @user_script:1: user_script:1: bad argument OOM",
      })
  void othersAreErrorsOfWhoeverAsked(String message) {
    assertThat(RedisRefusal.of(message)).isEmpty();
  }

  @Test
  void causeIsLookedAtToo() {
    Throwable away = new StoreUnavailableException("Redis", new IllegalStateException("OOM no"));
    assertThat(RedisRefusal.of(away)).contains(RedisRefusal.FULL);
  }
}
