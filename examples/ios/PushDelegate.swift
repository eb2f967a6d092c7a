import Foundation
import PushKit
import UIKit

/// Tells the server that a push has arrived. The receipt came with it and is good once, so no token is needed.
enum Receipts {
    /// Your server. Nothing secret belongs into an app.
    static let server = URL(string: "https://calls.example.org")!

    static func send(notificationId: String?, receipt: String?, shown: Bool) {
        guard let notificationId, let receipt else { return }
        var request = URLRequest(url: server.appendingPathComponent("v1/push/receipts"))
        request.httpMethod = "POST"
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        let body: [String: Any] = ["notificationId": notificationId, "receipt": receipt, "shown": shown]
        request.httpBody = try? JSONSerialization.data(withJSONObject: body)
        URLSession.shared.dataTask(with: request).resume()
    }
}

/// Takes pushes. Made in `application(_:didFinishLaunchingWithOptions:)`, before anything else can wait: iOS starts the app for a VoIP
/// push, and gives it no second turn to report the call.
final class PushDelegate: NSObject, PKPushRegistryDelegate {
    private let calls: CallKitBridge
    private let registry = PKPushRegistry(queue: .main)
    private var voipToken: String?
    private var apnsToken: String?

    init(calls: CallKitBridge) {
        self.calls = calls
        super.init()
        registry.delegate = self
        registry.desiredPushTypes = [.voIP]
    }

    private static func hex(_ token: Data) -> String { token.map { String(format: "%02x", $0) }.joined() }

    /// The token for rings. It goes into `voipToken`, never into `apnsToken`.
    func pushRegistry(_ registry: PKPushRegistry, didUpdate credentials: PKPushCredentials, for type: PKPushType) {
        voipToken = Self.hex(credentials.token)
        calls.signaling?.register(voipToken: voipToken, apnsToken: apnsToken)
    }

    /// From `application(_:didRegisterForRemoteNotificationsWithDeviceToken:)`: the token for all else, `apnsToken`.
    func take(apnsToken token: Data) {
        apnsToken = Self.hex(token)
        calls.signaling?.register(voipToken: voipToken, apnsToken: apnsToken)
    }

    func pushRegistry(_ registry: PKPushRegistry, didInvalidatePushTokenFor type: PKPushType) { voipToken = nil }

    /// Every VoIP push is a ring: the server never sends another. The call is reported in this very turn, with what the push says, before
    /// anything is asked of the server; iOS ends an app that does not, and soon stops waking it.
    func pushRegistry(
        _ registry: PKPushRegistry, didReceiveIncomingPushWith payload: PKPushPayload, for type: PKPushType,
        completion: @escaping () -> Void
    ) {
        guard let ring = Ring(payload.dictionaryPayload) else {
            calls.reportUnreadable()
            return completion()
        }
        calls.report(ring) { shown in
            Receipts.send(notificationId: ring.notificationId, receipt: ring.receipt, shown: shown)
            completion()
        }
        // Meanwhile the socket: it registers, and hears of the call by `incoming_call`, or that it is over.
        calls.signaling?.connect()
    }

    /// From `application(_:didReceiveRemoteNotification:fetchCompletionHandler:)`: the pushes to `apnsToken`.
    func take(_ payload: [AnyHashable: Any], done: @escaping (UIBackgroundFetchResult) -> Void) {
        switch payload["type"] as? String {
        case "call_cancelled", "call_ended":
            if let callId = payload["callId"] as? String { calls.over(callId: callId) }
            done(.newData)
        case "test_ring":
            // Somebody tries whether this phone would ring.
            Receipts.send(
                notificationId: payload["notificationId"] as? String, receipt: payload["receipt"] as? String, shown: false)
            done(.newData)
        default:
            done(.noData)
        }
    }
}
