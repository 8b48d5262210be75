//! The statements of a group, in the two dialects. Each takes all of the group as one JSON
//! document, so that it is the same text, and prepared once, for groups of every size.

use std::ops::Range;

/// What a group asks of the database.
pub(super) struct Sql {
    /// Finds, in this order: as `room`, the rooms of `[id]`, kept from changing until the
    /// transaction ends; as `author`, who of `[[room, author]]` is in the room; as `earlier`, what
    /// was posted before of `[[room, author, client_id]]`. Each names which of these it takes.
    pub(super) reads: &'static [(&'static str, Range<usize>)],
    /// The members of `[[room, username]]`.
    pub(super) named: &'static str,
    /// The members of the rooms of `[id]`, but of none with more than a thousand.
    pub(super) members: &'static str,
    /// Stores `$1` `[[room, last_seq, version]]`, `$2` `[[room, author, seq]]` and `$3`
    /// `[[id, room, seq, version, author, client_id, body, content, created_at, mentions?, html?,
    /// renderer?, reply_to?, attachments?]]`.
    pub(super) write: &'static str,
    /// Stores who is addressed, `[[addressee, room, seq, author, id]]`.
    pub(super) mention: &'static str,
    /// The files of `[id]` that may still be sent, kept from changing until the transaction ends.
    pub(super) files: &'static str,
    /// Gives files to messages, `[[id, message, room]]`.
    pub(super) take: &'static str,
}

/// Joins are CROSS JOINs, which SQLite runs from left to right: from the group to the indexes.
pub(super) const SQLITE: Sql = Sql {
    // SQLite runs several statements as one, which spares a lone post two ways to its thread.
    reads: &[("
SELECT 'room' AS what, r.id, r.last_seq, r.version, r.archived_at
FROM json_each($1) j CROSS JOIN rooms r ON r.id = unhex(j.value);
SELECT 'author' AS what, m.room_id, u.*
FROM jsonb_each($2) j
CROSS JOIN memberships m ON m.room_id = unhex(j.value->>0) AND m.user_id = unhex(j.value->>1)
CROSS JOIN users u ON u.id = m.user_id;
SELECT 'earlier' AS what, d.id, d.room_id, d.author_id, d.client_id, d.seq, d.version, d.posted_version, d.content,
       d.body, d.html, d.renderer, d.mentions, d.attachments, d.reactions, d.created_at, d.edited_at, d.deleted_at,
       q.id AS quoted_id, q.seq AS quoted_seq, q.body AS quoted_body, w.username AS quoted_author
FROM jsonb_each($3) j
CROSS JOIN messages d ON d.room_id = unhex(j.value->>0) AND d.author_id = unhex(j.value->>1)
                     AND d.client_id = j.value->>2
LEFT JOIN messages q ON q.id = d.reply_to LEFT JOIN users w ON w.id = q.author_id", 0..3)],
    named: "
SELECT m.room_id, m.username, m.user_id
FROM jsonb_each($1) j
CROSS JOIN memberships m ON m.room_id = unhex(j.value->>0) AND m.username = j.value->>1",
    members: "
SELECT m.room_id, m.user_id
FROM (SELECT unhex(value) AS id FROM json_each($1)) j CROSS JOIN memberships m ON m.room_id = j.id
WHERE (SELECT COUNT(*) FROM (SELECT 1 FROM memberships c WHERE c.room_id = j.id LIMIT 1001)) <= 1000",
    write: "
UPDATE rooms SET last_seq = j.value->>1, version = j.value->>2
FROM jsonb_each($1) j WHERE rooms.id = unhex(j.value->>0);
UPDATE memberships SET read_seq = j.value->>2
FROM jsonb_each($2) j WHERE room_id = unhex(j.value->>0) AND user_id = unhex(j.value->>1);
INSERT INTO messages (id, room_id, seq, version, posted_version, author_id, client_id, body,
                      content, created_at, mentions, html, renderer, reply_to, attachments)
SELECT unhex(j.value->>0), unhex(j.value->>1), j.value->>2, j.value->>3, j.value->>3,
       unhex(j.value->>4), j.value->>5, j.value->>6, unhex(j.value->>7), j.value->>8, j.value->>9,
       j.value->>10, j.value->>11, unhex(j.value->>12), j.value->>13
FROM jsonb_each($3) j",
    mention: "
INSERT INTO mentions (addressee_id, room_id, seq, author_id, message_id)
SELECT unhex(j.value->>0), unhex(j.value->>1), j.value->>2, unhex(j.value->>3), unhex(j.value->>4)
FROM jsonb_each($1) j",
    files: "
SELECT a.* FROM json_each($1) j CROSS JOIN attachments a ON a.id = unhex(j.value)
WHERE a.message_id IS NULL AND a.discarded_at IS NULL AND a.confirmed",
    take: "
UPDATE attachments SET message_id = unhex(j.value->>1), room_id = unhex(j.value->>2)
FROM jsonb_each($1) j WHERE attachments.id = unhex(j.value->>0)",
};

/// A LATERAL with a LIMIT is always looked up through its index, one by one: a plan that was made
/// while the tables were small, and is kept, may not scan them when they have grown.
pub(super) const POSTGRES: Sql = Sql {
    // One by one: what the first waited for, the others must see.
    reads: &[
        (
            "
SELECT 'room' AS what, r.id, r.last_seq, r.version, r.archived_at
FROM rooms r
WHERE r.id = ANY (SELECT j.value::uuid FROM jsonb_array_elements_text($1::jsonb) j)
ORDER BY r.id FOR UPDATE",
            0..1,
        ),
        (
            "
SELECT 'author' AS what, a.*
FROM jsonb_array_elements($1::jsonb) j, LATERAL (
  SELECT m.room_id, u.* FROM memberships m JOIN users u ON u.id = m.user_id
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
  SELECT m.id AS quoted_id, m.seq AS quoted_seq, m.body AS quoted_body, u.username AS quoted_author
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
    mention: "
INSERT INTO mentions (addressee_id, room_id, seq, author_id, message_id)
SELECT (j.value->>0)::uuid, (j.value->>1)::uuid, (j.value->>2)::bigint, (j.value->>3)::uuid,
       (j.value->>4)::uuid
FROM jsonb_array_elements($1::jsonb) j",
    files: "
SELECT a.* FROM attachments a
WHERE a.id = ANY (SELECT j.value::uuid FROM jsonb_array_elements_text($1::jsonb) j)
  AND a.message_id IS NULL AND a.discarded_at IS NULL AND a.confirmed
ORDER BY a.id FOR UPDATE",
    take: "
UPDATE attachments SET message_id = (j.value->>1)::uuid, room_id = (j.value->>2)::uuid
FROM jsonb_array_elements($1::jsonb) j WHERE id = (j.value->>0)::uuid",
};
