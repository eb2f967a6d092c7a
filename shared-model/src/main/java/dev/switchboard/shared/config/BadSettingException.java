package dev.switchboard.shared.config;

/** A setting that stops the start. Its message is one line that names the setting. */
public final class BadSettingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public BadSettingException(String name, String problem) {
    super(name + ": " + problem);
  }
}
