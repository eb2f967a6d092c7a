package org.example.calls

import java.net.HttpURLConnection
import java.net.URI
import kotlin.concurrent.thread

/** Tells the server that a push has arrived. The receipt came with the push and is good once, so no token is needed. */
object Receipts {
  private const val TIMEOUT_MILLIS = 5_000

  fun send(notificationId: String?, receipt: String?, shown: Boolean) {
    if (notificationId == null || receipt == null) return
    thread(name = "receipt") {
      runCatching {
        val connection = URI("${Config.SERVER}/v1/push/receipts").toURL().openConnection() as HttpURLConnection
        connection.requestMethod = "POST"
        connection.connectTimeout = TIMEOUT_MILLIS
        connection.readTimeout = TIMEOUT_MILLIS
        connection.doOutput = true
        connection.setRequestProperty("Content-Type", "application/json")
        // Ids and receipts have no signs that JSON would write otherwise.
        val body = """{"notificationId":"$notificationId","receipt":"$receipt","shown":$shown}"""
        connection.outputStream.use { it.write(body.toByteArray()) }
        connection.responseCode
        connection.disconnect()
      }
    }
  }
}
