// The part of Firebase's library that the sample uses, for the compiler alone: the library itself is not on Maven Central. Your app has
// `com.google.firebase:firebase-messaging` instead.
package com.google.firebase.messaging

import android.app.Service
import android.content.Intent
import android.os.IBinder

abstract class FirebaseMessagingService : Service() {
  override fun onBind(intent: Intent?): IBinder? = null

  open fun onMessageReceived(message: RemoteMessage) {}

  open fun onNewToken(token: String) {}
}

class RemoteMessage(val data: Map<String, String>)
