-- Join codes that wait for a second person. Whoever deletes the row has accepted it.
CREATE TABLE pendings (
  joinid           text PRIMARY KEY,
  client1          text        NOT NULL,
  client1_token    text,
  client1_platform text,
  exp              timestamptz NOT NULL
);
CREATE INDEX pendings_client1 ON pendings (client1);
CREATE INDEX pendings_exp ON pendings (exp);

-- Two persons who found each other. The join code may be pending again for another room.
CREATE TABLE rooms (
  room_id          text PRIMARY KEY,
  joinid           text        NOT NULL,
  client1          text        NOT NULL,
  client1_token    text,
  client1_platform text,
  client2          text        NOT NULL,
  client2_token    text,
  client2_platform text,
  created_at       timestamptz NOT NULL,
  exp              timestamptz NOT NULL
);
CREATE INDEX rooms_joinid ON rooms (joinid);
CREATE INDEX rooms_client1 ON rooms (client1);
CREATE INDEX rooms_client2 ON rooms (client2);
CREATE INDEX rooms_exp ON rooms (exp);
