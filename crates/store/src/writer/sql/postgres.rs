use super::Sql;

/// A LATERAL with a LIMIT is always looked up through its index, one by one: a plan that was made
/// while the tables were small, and is kept, may not scan them when they have grown.
pub(in crate::writer) const POSTGRES: Sql = Sql {
    // One by one: what the first waited for, the others must see.
    reads: &[
        (
            "
SELECT 'room' AS what, r.id, r.kind, r.last_seq, r.version, r.archived_at
FROM rooms r
WHERE r.id = ANY (SELECT j.value::uuid FROM jsonb_array_elements_text($1::jsonb) j)
ORDER BY r.id FOR UPDATE",
            0..1,
        ),
        (
            "
SELECT 'author' AS what, a.*
FROM jsonb_array_elements($1::jsonb) j, LATERAL (
  SELECT m.room_id, m.role AS room_role, u.* FROM memberships m JOIN users u ON u.id = m.user_id
  WHERE m.room_id = (j.value->>0)::uuid AND m.user_id = (j.value->>1)::uuid LIMIT 1) a",
            1..2,
        ),
        (
            "
SELECT 'earlier' AS what, d.*, q.*
FROM jsonb_array_elements($1::jsonb) j
CROSS JOIN LATERAL (
  SELECT id, room_id, author_id, client_id, seq, version, posted_version, content,
         body, html, renderer, reply_to, mentions, attachments, reactions, created_at, edited_at, deleted_at
  FROM messages
  WHERE room_id = (j.value->>0)::uuid AND author_id = (j.value->>1)::uuid
    AND client_id = j.value->>2 LIMIT 1) d
LEFT JOIN LATERAL (
  SELECT m.id AS quoted_id, m.seq AS quoted_seq, m.body AS quoted_body, m.attachments AS quoted_files,
         u.username AS quoted_author
  FROM messages m JOIN users u ON u.id = m.author_id
  WHERE m.id = d.reply_to LIMIT 1) q ON TRUE",
            2..3,
        ),
    ],
    named: "
SELECT m.*
FROM jsonb_array_elements($1::jsonb) j, LATERAL (
  SELECT room_id, username, user_id FROM memberships
  WHERE room_id = (j.value->>0)::uuid AND username = j.value->>1 LIMIT 1) m",
    members: "
SELECT m.room_id, m.user_id
FROM jsonb_array_elements_text($1::jsonb) j, LATERAL (
  SELECT room_id, user_id, COUNT(*) OVER () AS members
  FROM (SELECT * FROM memberships WHERE room_id = j.value::uuid LIMIT 1001) a) m
WHERE m.members <= 1000",
    reactions: "
SELECT r.message_id, r.emoji, r.user_id
FROM jsonb_array_elements($1::jsonb) j, LATERAL (
  SELECT * FROM reactions WHERE message_id = (j.value->>0)::uuid AND emoji = j.value->>1
  ORDER BY version LIMIT $2) r
ORDER BY r.version",
    reactors: "
SELECT r.*
FROM jsonb_array_elements($1::jsonb) j, LATERAL (
  SELECT message_id, emoji, user_id FROM reactions
  WHERE message_id = (j.value->>0)::uuid AND emoji = j.value->>1 AND user_id = (j.value->>2)::uuid
  LIMIT 1) r",
    write: "
WITH counters AS (
  UPDATE rooms SET last_seq = (j.value->>1)::bigint, version = (j.value->>2)::bigint
  FROM jsonb_array_elements($1::jsonb) j WHERE id = (j.value->>0)::uuid
), pointers AS (
  UPDATE memberships SET read_seq = (j.value->>2)::bigint
  FROM jsonb_array_elements($2::jsonb) j
  WHERE room_id = (j.value->>0)::uuid AND user_id = (j.value->>1)::uuid
)
INSERT INTO messages (id, room_id, seq, version, posted_version, author_id, client_id, body,
                      content, created_at, mentions, html, renderer, reply_to, attachments)
SELECT (j.value->>0)::uuid, (j.value->>1)::uuid, (j.value->>2)::bigint, (j.value->>3)::bigint,
       (j.value->>3)::bigint, (j.value->>4)::uuid, j.value->>5, j.value->>6,
       decode(j.value->>7, 'hex'), (j.value->>8)::timestamptz, j.value->>9, j.value->>10,
       (j.value->>11)::smallint, (j.value->>12)::uuid, j.value->>13
FROM jsonb_array_elements($3::jsonb) j",
    rewrite: "
UPDATE messages SET version = (j.value->>1)::bigint, body = j.value->>2, html = j.value->>3,
       renderer = (j.value->>4)::smallint, mentions = j.value->>5, attachments = j.value->>6,
       reactions = j.value->>7, edited_at = (j.value->>8)::timestamptz,
       deleted_at = (j.value->>9)::timestamptz
FROM jsonb_array_elements($1::jsonb) j WHERE id = (j.value->>0)::uuid",
    restate: "
UPDATE messages SET version = (j.value->>1)::bigint, reactions = j.value->>2
FROM jsonb_array_elements($1::jsonb) j WHERE id = (j.value->>0)::uuid",
    unaddress: "
DELETE FROM mentions
WHERE message_id = ANY (SELECT j.value::uuid FROM jsonb_array_elements_text($1::jsonb) j)",
    address: "
INSERT INTO mentions (addressee_id, room_id, seq, author_id, message_id)
SELECT (j.value->>0)::uuid, (j.value->>1)::uuid, (j.value->>2)::bigint, (j.value->>3)::uuid,
       (j.value->>4)::uuid
FROM jsonb_array_elements($1::jsonb) j",
    unreact: "
DELETE FROM reactions r USING jsonb_array_elements($1::jsonb) j
WHERE r.message_id = (j.value->>0)::uuid AND r.emoji = j.value->>1
  AND r.user_id = (j.value->>2)::uuid",
    react: "
INSERT INTO reactions (message_id, emoji, version, user_id)
SELECT (j.value->>0)::uuid, j.value->>1, (j.value->>2)::bigint, (j.value->>3)::uuid
FROM jsonb_array_elements($1::jsonb) j",
    replace: "
INSERT INTO edits (message_id, version, body, said_at)
SELECT (j.value->>0)::uuid, (j.value->>1)::bigint, j.value->>2, (j.value->>3)::timestamptz
FROM jsonb_array_elements($1::jsonb) j",
    forget: "
WITH gone AS (SELECT j.value::uuid AS id FROM jsonb_array_elements_text($1::jsonb) j),
reacted AS (DELETE FROM reactions USING gone WHERE message_id = gone.id)
DELETE FROM edits USING gone WHERE message_id = gone.id",
    files: "
SELECT a.* FROM attachments a
WHERE a.id = ANY (SELECT j.value::uuid FROM jsonb_array_elements_text($1::jsonb) j)
  AND a.message_id IS NULL AND a.discarded_at IS NULL AND a.confirmed
ORDER BY a.id FOR UPDATE",
    take: "
UPDATE attachments SET message_id = (j.value->>1)::uuid, room_id = (j.value->>2)::uuid
FROM jsonb_array_elements($1::jsonb) j WHERE id = (j.value->>0)::uuid",
    discard: "
UPDATE attachments SET discarded_at = (j.value->>1)::timestamptz
FROM jsonb_array_elements($1::jsonb) j WHERE message_id = (j.value->>0)::uuid",
};
