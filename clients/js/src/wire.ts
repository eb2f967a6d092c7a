// Generated from asyncapi.yaml by scripts/types.mjs; do not edit.

export type ChatRefusal = {
  error: 'SESSION_NOT_FOUND' | 'SESSION_NOT_ACTIVE' | 'SESSION_FULL' | 'INVALID_KEY' | 'INVALID_PASSWORD' | 'FORBIDDEN' | 'REPLACED' | 'MISSING_FIELD' | 'INVALID_FIELD' | 'MESSAGE_TOO_LARGE' | 'RATE_LIMITED' | 'STORAGE_FULL' | 'STORE_UNAVAILABLE';
  message: string;
  event: string;
};

/** A whole number counts as its text. */
export type Id = string | number;

/** The id, which has at most 128 characters, perhaps with keys behind it. */
export type ChatSessionId = string | number;

/** Milliseconds since the epoch. */
export type Time = number;

export type CallState = 'ringing' | 'accepted' | 'rejected' | 'cancelled' | 'timeout' | 'ended';

export type IceServers = Array<{
  urls: string | Array<string>;
  username?: string;
  credential?: string;
}>;

export type CallAnswer = {
  success: boolean;
  callId?: string;
  state?: CallState;
  message?: string;
  iceServers?: IceServers;
  error?: CallError;
};

export type CallError = {
  code: string;
  message: string;
  callId?: string;
  retryAfterMs?: number;
};

export type Member = {
  userId: string;
  publicKey: string | Record<string, unknown> | null;
  displayName: string | null;
  joinedAt: number | string;
};

export type ChatMessage = {
  id: string;
  from: string;
  to: string | null;
  encrypted: unknown;
  timestamp: Time;
  type: string | null;
  originalContent?: unknown;
  senderDisplayName: string | null;
};

export type Typing = {
  userId: string;
  displayName: string | null;
};

export type Relayed = {
  type: string;
  from: string;
  roomId: string;
  [field: string]: unknown;
};

/** Makes a device of the user reachable */
export type RegisterPayload = {
  userId: Id;
  deviceId?: Id;
  platform?: 'android' | 'ios' | 'web';
  fcmToken?: string;
  apnsToken?: string;
  voipToken?: string;
  app?: string;
  environment?: 'sandbox' | 'production';
};

/** Adds the VoIP token of this device */
export type RegisterVoipTokenPayload = {
  voipToken: string;
  app?: string;
  environment?: 'sandbox' | 'production';
};

/** The user logs out; sessions and push tokens of this device go */
export type UnregisterPayload = Record<string, unknown>;

/** A newer token of the same user */
export type RefreshTokenPayload = {
  token: string;
};

/** Answered by `pong`, or through the acknowledgement */
export type PingPayload = unknown;

/** Rings every device of another user; a call that the server still has this device in ends (`superseded`) */
export type CallInitiatePayload = {
  calleeId: Id;
  callType: 'audio' | 'video';
  callerName?: string;
  callerAvatar?: string;
  metadata?: Record<string, unknown>;
};

/** Accepts; of two devices at once one wins. A device of the caller takes a call that was started on the caller's behalf (`outgoing_call`) */
export type CallAcceptPayload = {
  callId: Id;
};

/** Declines */
export type CallRejectPayload = {
  callId: Id;
  reason?: string;
};

/** Hangs up, or cancels while it rings; idempotent, however long the call is over */
export type CallEndPayload = {
  callId: Id;
};

/** Another name of `call_end` */
export type CallCancelPayload = {
  callId: Id;
};

/** To the other party of a live call */
export type SdpOfferPayload = {
  callId: Id;
  to: Id;
  sdp: unknown;
};

/** To the other party of a live call */
export type SdpAnswerPayload = {
  callId: Id;
  to: Id;
  sdp: unknown;
};

/** To the other party of a live call */
export type IceCandidatePayload = {
  callId: Id;
  to: Id;
  candidate: unknown;
};

/** How media found its way; counted, and on the timeline */
export type ConnectionStatePayload = {
  callId: Id;
  state: 'connected' | 'failed';
  localType?: string;
  remoteType?: string;
};

/** How the call is at this side: now and then, and at its end or up to 30 s after it. The latest of each side is in the record of the call */
export type CallStatsPayload = {
  callId: Id;
  rttMs?: number;
  jitterMs?: number;
  lossPercent?: number;
  path: 'host' | 'srflx' | 'relay';
};

/** A device of the callee says that it got the push of a ring, and perhaps shows it; for its timeline */
export type PushReceivedPayload = {
  callId?: Id;
  notificationId?: Id;
  shown?: boolean;
};

/** The answer to `register` */
export type RegisteredPayload = {
  success: boolean;
  sessionId: string;
  userId?: string;
  deviceId?: string;
  resumed?: boolean;
  iceServers?: IceServers;
  message?: string;
};

/** `register` was refused */
export type RegistrationErrorPayload = {
  code: string;
  message: string;
};

/** The token ends in a minute */
export type TokenExpiringPayload = {
  expiresAt: Time;
};

/** The token has ended or was revoked; a disconnect follows */
export type UnauthorizedPayload = {
  code: 'E202';
};

/** A newer socket of the same device has come; a disconnect follows */
export type DisplacedPayload = Record<string, unknown>;

/** The answer to `ping` */
export type PongPayload = {
  timestamp: Time;
  serverTime: string;
};

/** Somebody rings */
export type IncomingCallPayload = {
  callId: string;
  callerId: string;
  callerName?: string | null;
  callerAvatar?: string | null;
  callType: 'audio' | 'video';
  timestamp: Time;
  metadata?: Record<string, unknown>;
};

/** The team's back end has started a call on this user's behalf (`POST /api/v1/calls`), also after `register` as long as nobody has taken it */
export type OutgoingCallPayload = {
  callId: string;
  calleeId: string;
  callType: 'audio' | 'video';
  state: 'ringing' | 'accepted';
  timestamp: Time;
  metadata?: Record<string, unknown>;
};

/** To the caller: accepted */
export type CallAcceptToldPayload = {
  callId: string;
  calleeId: string;
  timestamp: Time;
};

/** To the caller: declined */
export type CallRejectToldPayload = {
  callId: string;
  calleeId: string;
  reason: string;
  timestamp: Time;
};

/** The call is over, or goes on elsewhere */
export type CallEndToldPayload = {
  callId: string;
  endedBy?: string | null;
  reason: string;
  timestamp?: Time;
};

/** The caller gave up */
export type CallCancelledPayload = {
  callId: string;
};

/** Nobody answered; to both sides */
export type CallTimeoutPayload = {
  callId: string;
  reason: string;
};

/** To the caller: the callee is in a call */
export type CallBusyPayload = {
  calleeId: string;
};

/** To a device that came back in time */
export type CallResumedPayload = {
  callId: string;
  state: CallState;
  peerId: string;
};

/** The other party's socket dropped */
export type PeerReconnectingPayload = {
  callId: string;
  userId: string;
};

/** The other party is back */
export type PeerReconnectedPayload = {
  callId: string;
  userId: string;
};

/** From the other party, unchanged and in order */
export type SdpOfferToldPayload = {
  callId: string;
  from: string;
  sdp: unknown;
  timestamp: Time;
};

/** From the other party, unchanged and in order */
export type SdpAnswerToldPayload = {
  callId: string;
  from: string;
  sdp: unknown;
  timestamp: Time;
};

/** From the other party, unchanged and in order */
export type IceCandidateToldPayload = {
  callId: string;
  from: string;
  candidate: unknown;
  timestamp: Time;
};

/** Fresh credentials while a call lasts */
export type IceServersPayload = {
  callId: string;
  iceServers: IceServers;
  ttl: number;
};

/** A refusal where no acknowledgement was asked for */
export type ErrorPayload = {
  event: string;
  code: string;
  message: string;
};

/** Joins; the creator creates or activates it */
export type JoinSessionPayload = {
  sessionId: ChatSessionId;
  userId: Id;
  displayName?: string | null;
  publicKey?: unknown;
  isCreator?: boolean;
  authKey?: string | number | null;
  chatMode?: 'group' | 'private' | 'password' | null;
};

/** Stores a member's key */
export type SavePublicKeyPayload = {
  sessionId: ChatSessionId;
  userId: Id;
  publicKey: unknown;
  displayName?: string | null;
};

/** Asks for the keys of the others */
export type GetPublicKeysPayload = {
  sessionId: ChatSessionId;
  userId?: Id;
};

/** To one member, or to all */
export type SendMessagePayload = {
  sessionId: ChatSessionId;
  from: Id;
  to?: string | number | null;
  encrypted: unknown;
  originalContent?: unknown;
  type?: string | null;
  clientMessageId?: string | number | null;
};

/** Group sessions, creator only */
export type SetSessionKeyPayload = {
  sessionId: ChatSessionId;
  encryptedKeys: Record<string, unknown>;
};

/** Tells the sender of a file */
export type FileDownloadedPayload = {
  sessionId: ChatSessionId;
  downloadedBy?: unknown;
  senderId: Id;
  fileName?: string | null;
  timestamp?: unknown;
};

/** Somebody types */
export type TypingPayload = {
  sessionId: ChatSessionId;
  userId: Id;
  displayName?: string | null;
};

/** Somebody no longer types */
export type StoppedTypingPayload = {
  sessionId: ChatSessionId;
  userId: Id;
  displayName?: string | null;
};

/** Leaves; the seat is free at once */
export type LeaveSessionPayload = {
  sessionId: ChatSessionId;
  userId: Id;
};

/** The members with their keys */
export type PublicKeysUpdatedPayload = Array<Member>;

/** What a joiner may read, oldest first */
export type MessagesHistoryPayload = Array<ChatMessage>;

/** A message for this member */
export type NewMessagePayload = ChatMessage;

/** The own message, stored, with the originalContent that came with it */
export type MessageSentPayload = ChatMessage;

/** A member has come */
export type UserJoinedPayload = {
  userId: string;
  displayName: string | null;
  timestamp: Time;
};

/** A member has gone */
export type UserLeftPayload = {
  userId: string;
  displayName?: string | null;
  timestamp: Time;
};

/** A member types */
export type UserTypingPayload = Typing;

/** A member no longer types */
export type UserStoppedTypingPayload = Typing;

/** After joining; both key fields are the same */
export type SessionMetadataPayload = {
  chatMode: 'group' | 'private' | 'password';
  encryptedSessionKey: unknown;
  sessionKey: unknown;
};

/** The creator has set the keys */
export type SessionKeyAvailablePayload = {
  encryptedKeys: Record<string, unknown>;
};

/** Another public key under the same name */
export type KeyChangedPayload = {
  userId: string;
  timestamp: Time;
};

/** Somebody has downloaded the file */
export type DownloadNotificationPayload = {
  downloadedBy: unknown;
  fileName: string | null;
  timestamp: unknown;
};

/** A join is refused, or the session is lost for this socket */
export type SessionErrorPayload = ChatRefusal;

/** Another event is refused; the socket stays in its session */
export type ChatErrorPayload = ChatRefusal;

/** Joins a room, and leaves the one it was in; takes the place of the same person on another socket */
export type JoinRoomPayload = {
  type: 'join_room';
  roomId: Id;
  deviceId?: string | number;
  ephemeralId?: string | number;
};

/** To the one opposite, with all its fields */
export type WebrtcOfferPayload = {
  type: 'webrtc_offer';
  sdp?: unknown;
};

/** To the one opposite, with all its fields */
export type WebrtcAnswerPayload = {
  type: 'webrtc_answer';
  sdp?: unknown;
};

/** To the one opposite, with all its fields */
export type RoomIceCandidatePayload = {
  type: 'ice_candidate';
  candidate?: unknown;
};

/** To the one opposite, with all its fields */
export type KeyExchangePayload = {
  type: 'key_exchange';
  publicKey?: unknown;
  sessionId?: unknown;
};

/** To the one opposite, with all its fields */
export type KeyExchangeCompletePayload = {
  type: 'key_exchange_complete';
  sessionId?: unknown;
};

/** Leaves the room */
export type LeaveRoomPayload = {
  type: 'leave_room';
};

/** Answered by `pong` */
export type RoomPingPayload = {
  type: 'ping';
};

/** Has the other person pushed, at most once a minute */
export type PingPeerPayload = {
  type: 'ping_peer';
};

/** The first message */
export type ConnectedPayload = {
  type: 'connected';
  clientId: string;
  server: string;
};

/** In the room */
export type RoomJoinedPayload = {
  type: 'room_joined';
  roomId: string;
  userCount: number;
  isInitiator: boolean;
  ready: boolean;
};

/** Both are in */
export type RoomReadyPayload = {
  type: 'room_ready';
  roomId: string;
  message: 'Both users connected. Ready for WebRTC handshake.';
  userCount: 2;
  isInitiator: boolean;
};

/** Two others are in */
export type RoomFullPayload = {
  type: 'room_full';
  error: 'Room is full (max 2 users)';
  roomId: string;
};

/** Out of the room, by leave_room or since the same person has joined on another socket; null if in none */
export type LeftRoomPayload = {
  type: 'left_room';
  roomId: string | null;
};

/** The one opposite left */
export type PeerLeftPayload = {
  type: 'peer_left';
  message: 'Other user left the room';
};

/** The one opposite dropped */
export type PeerDisconnectedPayload = {
  type: 'peer_disconnected';
  message: 'Other user disconnected';
};

/** The room is gone, and this socket is out of it */
export type RoomDeletedPayload = {
  type: 'room_deleted';
  roomId: string;
};

/** The answer to `ping` */
export type RoomPongPayload = {
  type: 'pong';
  timestamp?: Time;
};

/** The answer to `ping_peer` */
export type PingSentPayload = {
  type: 'ping_sent';
};

/** A refusal */
export type RoomErrorPayload = {
  type: 'error';
  error: string;
  code?: 'E429' | 'E503';
  retryAfterMs?: number;
};

/** From the one opposite, as it came */
export type WebrtcOfferToldPayload = Relayed;

/** From the one opposite, as it came */
export type WebrtcAnswerToldPayload = Relayed;

/** From the one opposite, as it came */
export type RoomIceCandidateToldPayload = Relayed;

/** From the one opposite, as it came */
export type KeyExchangeToldPayload = Relayed;

/** From the one opposite, as it came */
export type KeyExchangeCompleteToldPayload = Relayed;

/** What a client sends on the channel `calls`, by event. */
export interface CallSent {
  register: RegisterPayload;
  register_voip_token: RegisterVoipTokenPayload;
  unregister: UnregisterPayload;
  refresh_token: RefreshTokenPayload;
  ping: PingPayload;
  call_initiate: CallInitiatePayload;
  call_accept: CallAcceptPayload;
  call_reject: CallRejectPayload;
  call_end: CallEndPayload;
  call_cancel: CallCancelPayload;
  sdp_offer: SdpOfferPayload;
  sdp_answer: SdpAnswerPayload;
  ice_candidate: IceCandidatePayload;
  connection_state: ConnectionStatePayload;
  call_stats: CallStatsPayload;
  push_received: PushReceivedPayload;
}

/** What it is answered through the acknowledgement. */
export interface CallAnswers {
  register: {
    success: boolean;
    sessionId: string;
    userId?: string;
    deviceId?: string;
    resumed?: boolean;
    iceServers?: IceServers;
    message?: string;
  };
  register_voip_token: CallAnswer;
  unregister: CallAnswer;
  refresh_token: CallAnswer;
  call_initiate: CallAnswer;
  call_accept: CallAnswer;
  call_reject: CallAnswer;
  call_end: CallAnswer;
  call_cancel: CallAnswer;
  sdp_offer: CallAnswer;
  sdp_answer: CallAnswer;
  ice_candidate: CallAnswer;
  call_stats: CallAnswer;
  push_received: CallAnswer;
}

/** What a client receives on the channel `calls`, by event. */
export interface CallReceived {
  registered: RegisteredPayload;
  registration_error: RegistrationErrorPayload;
  token_expiring: TokenExpiringPayload;
  unauthorized: UnauthorizedPayload;
  displaced: DisplacedPayload;
  pong: PongPayload;
  incoming_call: IncomingCallPayload;
  outgoing_call: OutgoingCallPayload;
  call_accept: CallAcceptToldPayload;
  call_reject: CallRejectToldPayload;
  call_end: CallEndToldPayload;
  call_cancelled: CallCancelledPayload;
  call_timeout: CallTimeoutPayload;
  call_busy: CallBusyPayload;
  call_resumed: CallResumedPayload;
  peer_reconnecting: PeerReconnectingPayload;
  peer_reconnected: PeerReconnectedPayload;
  sdp_offer: SdpOfferToldPayload;
  sdp_answer: SdpAnswerToldPayload;
  ice_candidate: IceCandidateToldPayload;
  ice_servers: IceServersPayload;
  error: ErrorPayload;
}

/** What a client sends on the channel `chat`, by event. */
export interface ChatSent {
  'join-session': JoinSessionPayload;
  'save-public-key': SavePublicKeyPayload;
  'get-public-keys': GetPublicKeysPayload;
  'send-message': SendMessagePayload;
  'set-session-key': SetSessionKeyPayload;
  'file-downloaded': FileDownloadedPayload;
  typing: TypingPayload;
  'stopped-typing': StoppedTypingPayload;
  'leave-session': LeaveSessionPayload;
}

/** What a client receives on the channel `chat`, by event. */
export interface ChatReceived {
  'public-keys-updated': PublicKeysUpdatedPayload;
  'messages-history': MessagesHistoryPayload;
  'new-message': NewMessagePayload;
  'message-sent': MessageSentPayload;
  'user-joined': UserJoinedPayload;
  'user-left': UserLeftPayload;
  'user-typing': UserTypingPayload;
  'user-stopped-typing': UserStoppedTypingPayload;
  'session-metadata': SessionMetadataPayload;
  'session-key-available': SessionKeyAvailablePayload;
  'key-changed': KeyChangedPayload;
  'download-notification': DownloadNotificationPayload;
  'session-error': SessionErrorPayload;
  'chat-error': ChatErrorPayload;
}

/** What a client sends on the socket of a room. */
export type RoomSent =
  | JoinRoomPayload
  | WebrtcOfferPayload
  | WebrtcAnswerPayload
  | RoomIceCandidatePayload
  | KeyExchangePayload
  | KeyExchangeCompletePayload
  | LeaveRoomPayload
  | RoomPingPayload
  | PingPeerPayload;

/** What a client receives on the socket of a room. */
export type RoomReceived =
  | ConnectedPayload
  | RoomJoinedPayload
  | RoomReadyPayload
  | RoomFullPayload
  | LeftRoomPayload
  | PeerLeftPayload
  | PeerDisconnectedPayload
  | RoomDeletedPayload
  | RoomPongPayload
  | PingSentPayload
  | RoomErrorPayload
  | (WebrtcOfferToldPayload & { type: 'webrtc_offer' })
  | (WebrtcAnswerToldPayload & { type: 'webrtc_answer' })
  | (RoomIceCandidateToldPayload & { type: 'ice_candidate' })
  | (KeyExchangeToldPayload & { type: 'key_exchange' })
  | (KeyExchangeCompleteToldPayload & { type: 'key_exchange_complete' });
