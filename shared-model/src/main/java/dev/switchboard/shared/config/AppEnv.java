package dev.switchboard.shared.config;

/** What kind of installation this is ({@code APP_ENV}, else {@code NODE_ENV}). */
public enum AppEnv {
  DEVELOPMENT,
  TEST,
  PRODUCTION;

  /** True where conveniences for trying things out are refused. */
  public boolean isProduction() {
    return this == PRODUCTION;
  }
}
