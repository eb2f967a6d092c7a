package org.example.calls

import com.google.firebase.messaging.FirebaseMessagingService
import com.google.firebase.messaging.RemoteMessage

/**
 * Woken by FCM, though the app is closed (not after a force stop). It has some ten seconds, and as high priority was asked for it
 * has to show something: else FCM takes the app's priority down.
 */
class PushService : FirebaseMessagingService() {
  override fun onMessageReceived(message: RemoteMessage) {
    val data = message.data
    when (data["type"]) {
      "incoming_call" -> Ring.of(data)?.let(::ring)
      // Somebody tries whether this device would ring.
      "test_ring" ->
          Receipts.send(data["notificationId"], data["receipt"], Calls.of(this).wouldShow())
      // Answered elsewhere, given up, or declined on another device.
      "call_cancelled", "call_ended" -> data["callId"]?.let { Calls.of(this).over(it) }
      "missed_call" -> Calls.of(this).showMissed(data["callerName"] ?: data["callerId"] ?: return)
    }
  }

  private fun ring(ring: Ring) {
    if (ring.isOver(System.currentTimeMillis())) return
    val shown = Calls.of(this).show(ring)
    // The server only knows that FCM took the push: this is what "why did it not ring" is answered from.
    Receipts.send(ring.notificationId, ring.receipt, shown)
  }

  /** Comes at the first start and whenever FCM changes it. With the next `register` it is `fcmToken`; this is for in between. */
  override fun onNewToken(token: String) = Calls.of(this).tokenChanged(token)
}
