package org.example.calls

object Config {
  /** Your server. Nothing secret belongs here: whoever has the app can read it. */
  const val SERVER = "https://calls.example.org"
}
