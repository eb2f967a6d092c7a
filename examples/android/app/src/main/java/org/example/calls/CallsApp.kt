package org.example.calls

import android.app.Application

/** Makes channels and the phone account before the first push can come. */
class CallsApp : Application() {
  override fun onCreate() {
    super.onCreate()
    Calls.of(this)
  }
}
