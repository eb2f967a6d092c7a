import AVFAudio
import CallKit
import Foundation

/// What the push of a call says. Numbers come as numbers or as text.
struct Ring {
    let callId: String
    let callerId: String
    let callerName: String
    let video: Bool
    let ringUntil: Date
    let notificationId: String?
    let receipt: String?

    init?(_ payload: [AnyHashable: Any]) {
        guard let callId = payload["callId"] as? String, let callerId = payload["callerId"] as? String else { return nil }
        self.callId = callId
        self.callerId = callerId
        let name = payload["callerName"] as? String ?? ""
        callerName = name.isEmpty ? callerId : name
        video = payload["callType"] as? String == "video"
        let until = (payload["ringUntil"] as? String).flatMap(Double.init) ?? (payload["ringUntil"] as? Double) ?? 0
        ringUntil = Date(timeIntervalSince1970: until / 1000)
        notificationId = payload["notificationId"] as? String
        receipt = payload["receipt"] as? String
    }

    /// CallKit wants a UUID, and a call's id is one: a repeat of the push is the same call.
    var uuid: UUID { UUID(uuidString: callId) ?? UUID() }
}

/// Your app's connection to the server, by Socket.IO-Client-Swift 16. Each may be called before it is connected.
protocol Signaling: AnyObject {
    func connect()
    /// Emits `register {userId, deviceId, platform: "ios", voipToken, apnsToken, environment}`.
    func register(voipToken: String?, apnsToken: String?)
    /// Emits `call_accept {callId}`; media begin when CallKit has activated the audio session.
    func accept(callId: String)
    func reject(callId: String)
    func end(callId: String)
    func audioIsActive(_ active: Bool)
}

/// Shows calls by CallKit, and tells the server what the user did there. Used on the main queue.
final class CallKitBridge: NSObject, CXProviderDelegate {
    private let provider: CXProvider
    private var rings: [UUID: Ring] = [:]
    private var accepted: Set<UUID> = []
    weak var signaling: Signaling?

    override init() {
        let configuration = CXProviderConfiguration()
        configuration.supportsVideo = true
        configuration.maximumCallGroups = 1
        configuration.maximumCallsPerCallGroup = 1
        configuration.supportedHandleTypes = [.generic]
        provider = CXProvider(configuration: configuration)
        super.init()
        provider.setDelegate(self, queue: .main)
    }

    /// Reports a call, whatever is known of it. `done` gets whether the user can see it.
    func report(_ ring: Ring, done: @escaping (Bool) -> Void) {
        let uuid = ring.uuid
        let update = CXCallUpdate()
        update.remoteHandle = CXHandle(type: .generic, value: ring.callerId)
        update.localizedCallerName = ring.callerName
        update.hasVideo = ring.video
        let isRepeat = rings[uuid] != nil
        rings[uuid] = ring
        provider.reportNewIncomingCall(with: uuid, update: update) { error in
            // A repeat is refused (callUUIDAlreadyExists), and counts as reported; so is one in Focus (filteredByDoNotDisturb).
            if error != nil && !isRepeat { self.rings[uuid] = nil }
            done(error == nil)
        }
        // A push that was late: it has to be reported all the same, and is over at once.
        if ring.ringUntil <= Date() { over(uuid, .unanswered) }
    }

    /// A VoIP push without a call that this app can read. iOS ends an app that reports none.
    func reportUnreadable() {
        let uuid = UUID()
        provider.reportNewIncomingCall(with: uuid, update: CXCallUpdate()) { _ in
            self.provider.reportCall(with: uuid, endedAt: nil, reason: .failed)
        }
    }

    /// The server says that it is over: `call_end`, `call_timeout`, or the push `call_cancelled`.
    func over(callId: String, answeredElsewhere: Bool = false) {
        guard let uuid = UUID(uuidString: callId) else { return }
        over(uuid, answeredElsewhere ? .answeredElsewhere : accepted.contains(uuid) ? .remoteEnded : .unanswered)
    }

    private func over(_ uuid: UUID, _ reason: CXCallEndedReason) {
        provider.reportCall(with: uuid, endedAt: nil, reason: reason)
        forget(uuid)
    }

    private func forget(_ uuid: UUID) {
        rings[uuid] = nil
        accepted.remove(uuid)
    }

    func provider(_ provider: CXProvider, perform action: CXAnswerCallAction) {
        guard let ring = rings[action.callUUID] else { return action.fail() }
        accepted.insert(action.callUUID)
        signaling?.accept(callId: ring.callId)
        action.fulfill()
    }

    func provider(_ provider: CXProvider, perform action: CXEndCallAction) {
        if let ring = rings[action.callUUID] {
            if accepted.contains(action.callUUID) { signaling?.end(callId: ring.callId) } else { signaling?.reject(callId: ring.callId) }
        }
        forget(action.callUUID)
        action.fulfill()
    }

    // Only between these two may WebRTC use the microphone: RTCAudioSession.useManualAudio.
    func provider(_ provider: CXProvider, didActivate audioSession: AVAudioSession) { signaling?.audioIsActive(true) }

    func provider(_ provider: CXProvider, didDeactivate audioSession: AVAudioSession) { signaling?.audioIsActive(false) }

    func providerDidReset(_ provider: CXProvider) {
        for ring in rings.values { signaling?.end(callId: ring.callId) }
        rings = [:]
        accepted = []
    }
}
