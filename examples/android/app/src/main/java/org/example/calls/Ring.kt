package org.example.calls

import android.os.Bundle

/** What the push of an incoming call says. All values come as text, times as milliseconds since 1970. */
data class Ring(
    val callId: String,
    val callerId: String,
    val callerName: String,
    val video: Boolean,
    val ringUntil: Long,
    val notificationId: String?,
    val receipt: String?,
) {
  /** A push may have been on its way for longer than the call rang. */
  fun isOver(now: Long) = now >= ringUntil

  fun toBundle() =
      Bundle().apply {
        putString("callId", callId)
        putString("callerId", callerId)
        putString("callerName", callerName)
        putBoolean("video", video)
        putLong("ringUntil", ringUntil)
      }

  companion object {
    /** Null if a field is missing: not a ring, or of a server that this app does not know. */
    fun of(data: Map<String, String>): Ring? {
      return Ring(
          callId = data["callId"] ?: return null,
          callerId = data["callerId"] ?: return null,
          callerName = data["callerName"]?.takeIf { it.isNotBlank() } ?: data["callerId"]!!,
          video = data["callType"] == "video",
          ringUntil = data["ringUntil"]?.toLongOrNull() ?: return null,
          notificationId = data["notificationId"],
          receipt = data["receipt"],
      )
    }

    fun of(bundle: Bundle?): Ring? {
      return Ring(
          callId = bundle?.getString("callId") ?: return null,
          callerId = bundle.getString("callerId") ?: return null,
          callerName = bundle.getString("callerName") ?: return null,
          video = bundle.getBoolean("video"),
          ringUntil = bundle.getLong("ringUntil"),
          notificationId = null,
          receipt = null,
      )
    }
  }
}
