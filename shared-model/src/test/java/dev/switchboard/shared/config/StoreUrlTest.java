package dev.switchboard.shared.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoreUrlTest {
  private static StoreUrl parse(String text) {
    return StoreUrl.parse("URL", text, List.of("s"), "s://host");
  }

  @Test
  void textHasNoCredentials() {
    StoreUrl url = parse("s://user:secret@my_host:1/path?password=secret");
    assertThat(url).hasToString("s://my_host:1/path");
    assertThat(url.at("::1", 2)).hasToString("s://[::1]:2/path");
  }

  @ParameterizedTest
  @CsvSource({
    "t://u:hush@h?password=hush,'t://***@h'",
    "s://u:hu/sh@h,'s://***@h'",
    "s://:hush@h:port/x,'s://***@h:port/x'",
    "s://a b,'s://a b'",
    "hush,is not of the form s://host",
  })
  void refusalShowsTheValueWithoutCredentials(String text, String shown) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(BadSettingException.class)
        .hasMessageStartingWith("URL: ")
        .hasMessageContaining(shown)
        .hasMessageContaining("s://host")
        .hasMessageNotContaining("hush")
        .hasMessageNotContaining("hu/sh");
  }
}
