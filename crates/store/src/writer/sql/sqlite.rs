use super::Sql;

/// Joins are CROSS JOINs, which SQLite runs from left to right: from the group to the indexes.
pub(in crate::writer) const SQLITE: Sql = Sql {
    // SQLite runs several statements as one, which spares a lone post two ways to its thread.
    reads: &[("
SELECT 'room' AS what, r.id, r.kind, r.last_seq, r.version, r.archived_at
FROM json_each($1) j CROSS JOIN rooms r ON r.id = unhex(j.value);
SELECT 'author' AS what, m.room_id, m.role AS room_role, u.*
FROM jsonb_each($2) j
CROSS JOIN memberships m ON m.room_id = unhex(j.value->>0) AND m.user_id = unhex(j.value->>1)
CROSS JOIN users u ON u.id = m.user_id;
SELECT 'earlier' AS what, d.id, d.room_id, d.author_id, d.client_id, d.seq, d.version, d.posted_version, d.content,
       d.body, d.html, d.renderer, d.mentions, d.attachments, d.reactions, d.created_at, d.edited_at, d.deleted_at,
       q.id AS quoted_id, q.seq AS quoted_seq, q.body AS quoted_body, q.attachments AS quoted_files,
       w.username AS quoted_author
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
    reactions: "
SELECT r.message_id, r.emoji, r.user_id
FROM jsonb_each($1) j
CROSS JOIN reactions r ON r.message_id = unhex(j.value->>0) AND r.emoji = j.value->>1
  AND r.version <= COALESCE((
    SELECT k.version FROM reactions k
    WHERE k.message_id = unhex(j.value->>0) AND k.emoji = j.value->>1
    ORDER BY k.version LIMIT 1 OFFSET $2 - 1), 9223372036854775807)
ORDER BY r.version",
    reactors: "
SELECT r.message_id, r.emoji, r.user_id
FROM jsonb_each($1) j
CROSS JOIN reactions r ON r.message_id = unhex(j.value->>0) AND r.emoji = j.value->>1
                      AND r.user_id = unhex(j.value->>2)",
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
    rewrite: "
UPDATE messages SET version = j.value->>1, body = j.value->>2, html = j.value->>3,
       renderer = j.value->>4, mentions = j.value->>5, attachments = j.value->>6,
       reactions = j.value->>7, edited_at = j.value->>8, deleted_at = j.value->>9
FROM jsonb_each($1) j WHERE messages.id = unhex(j.value->>0)",
    restate: "
UPDATE messages SET version = j.value->>1, reactions = j.value->>2
FROM jsonb_each($1) j WHERE messages.id = unhex(j.value->>0)",
    unaddress: "
DELETE FROM mentions WHERE message_id IN (SELECT unhex(value) FROM json_each($1))",
    address: "
INSERT INTO mentions (addressee_id, room_id, seq, author_id, message_id)
SELECT unhex(j.value->>0), unhex(j.value->>1), j.value->>2, unhex(j.value->>3), unhex(j.value->>4)
FROM jsonb_each($1) j",
    unreact: "
DELETE FROM reactions WHERE (message_id, emoji, user_id) IN (
  SELECT unhex(j.value->>0), j.value->>1, unhex(j.value->>2) FROM jsonb_each($1) j)",
    react: "
INSERT INTO reactions (message_id, emoji, version, user_id)
SELECT unhex(j.value->>0), j.value->>1, j.value->>2, unhex(j.value->>3) FROM jsonb_each($1) j",
    replace: "
INSERT INTO edits (message_id, version, body, said_at)
SELECT unhex(j.value->>0), j.value->>1, j.value->>2, j.value->>3 FROM jsonb_each($1) j",
    forget: "
DELETE FROM reactions WHERE message_id IN (SELECT unhex(value) FROM json_each($1));
DELETE FROM edits WHERE message_id IN (SELECT unhex(value) FROM json_each($1))",
    files: "
SELECT a.* FROM json_each($1) j CROSS JOIN attachments a ON a.id = unhex(j.value)
WHERE a.message_id IS NULL AND a.discarded_at IS NULL AND a.confirmed",
    take: "
UPDATE attachments SET message_id = unhex(j.value->>1), room_id = unhex(j.value->>2)
FROM jsonb_each($1) j WHERE attachments.id = unhex(j.value->>0)",
    discard: "
UPDATE attachments SET discarded_at = j.value->>1
FROM jsonb_each($1) j WHERE attachments.message_id = unhex(j.value->>0)",
};
