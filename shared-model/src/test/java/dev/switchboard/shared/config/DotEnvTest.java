package dev.switchboard.shared.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DotEnvTest {
  private static final Map<String, String> ENVIRONMENT = Map.of("HOME", "/root", "BLANK", " ");

  private static Map<String, String> read(String text) {
    return DotEnv.parse(text, ENVIRONMENT);
  }

  /** What `A` is, where `~` is the end of a line. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "A=b|b",
        "  A = b c  |b c",
        "export A=b|b",
        "A: b|b",
        "A=b#c|b",
        "A=b # c|b",
        "A='b # c' # d|b # c",
        "A=\"b # c\"|b # c",
        "A=`b 'c' \"d\"`|b 'c' \"d\"",
        "A='b~c'|b~c",
        "A=\"b~c~\"~B=d|b~c~",
        "A=`b~c`|b~c",
        "A=\"b\\nc\"|b~c",
        "A='b\\nc'|b\\nc",
        "A=b\\nc|b\\nc",
        "A=\"say \\\"hi\\\"\"|say \"hi\"",
        "A=\"{\\\"k\\\":\\\"x\\\\ny\\\"}\"|{\"k\":\"x\\ny\"}",
        "A={\"k\":\"v\"}|{\"k\":\"v\"}",
        "A=\"b|\"b",
        "A=it's|it's",
        "A=1~A=2|2",
        "#A=1~A=2|2",
        "A=postgresql://u:p=@h/d?a=b&c=d|postgresql://u:p=@h/d?a=b&c=d",
      })
  void valuesAreReadAsDotenvReadsThem(String text, String value) {
    assertThat(read(text.replace('~', '\n'))).containsEntry("A", value.replace('~', '\n'));
    assertThat(read(text.replace("~", "\r\n"))).containsEntry("A", value.replace('~', '\n'));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "A=${HOME}/x|/root/x",
        "A=$HOME/x|/root/x",
        "A=\"${HOME}\"|/root",
        "A=`${HOME}`|/root",
        "A='${HOME}'|${HOME}",
        "A=\\${HOME}|${HOME}",
        "A=\\$HOME|$HOME",
        "A=${NONE:-b}|b",
        "A=${NONE-b}|b",
        "A=${BLANK:-b}|b",
        "A=${HOME:-b}|/root",
        "A=${NONE:-${HOME}}|/root",
        "A=${NONE:-a:-b}|a:-b",
        "A=x${HOME:+b}|xb",
        "A=x${HOME+b}|xb",
        "A=x${HOME:+-${HOME}-}|x-/root-",
        "A=x${HOME:+}|x",
        "A=x${NONE:+b}|x",
        "A=x${BLANK:+b}|x",
        "A=x${NONE}y|xy",
        "A=${B}~B=${C}~C=d|d",
        "HOME=other~A=$HOME|/root",
        "A=pa$word|pa$word",
        "A=5$|5$",
        "A=${B|${B",
        "A=b${A}|b",
      })
  void namesStandForOtherValues(String text, String value) {
    assertThat(read(text.replace('~', '\n'))).containsEntry("A", value);
  }

  @Test
  void keyOverSeveralLinesIsOneValue() {
    String key = "-----BEGIN PRIVATE KEY-----\nabc=\n-----END PRIVATE KEY-----\n";
    assertThat(read("K=\"" + key + "\"\nA=b\n"))
        .containsOnly(Map.entry("K", key), Map.entry("A", "b"));
  }

  @Test
  void commentsEndWithTheirLine() {
    assertThat(read("A=b # it's\nB='c' # \"\n# C=d\n\n  # \nD=\"e\"# f\nE=f#\n"))
        .isEqualTo(Map.of("A", "b", "B", "c", "D", "e", "E", "f"));
  }

  @Test
  void blankOnesAreAbsent() {
    assertThat(read("A=\nB=''\nC=\" \"\nD\n=e\n\n# F=g\n")).isEmpty();
  }
}
