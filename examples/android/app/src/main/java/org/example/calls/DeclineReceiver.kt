package org.example.calls

import android.content.BroadcastReceiver
import android.content.Context
import android.content.Intent

/** "Decline" on the notification, without opening the app. */
class DeclineReceiver : BroadcastReceiver() {
  override fun onReceive(context: Context, intent: Intent) {
    Ring.of(intent.getBundleExtra(Calls.EXTRA_RING))?.let { Calls.of(context).decline(it) }
  }
}
