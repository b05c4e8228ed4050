// The logs of the rooms as they stand in PostgreSQL.
import { sql } from '../node/support/database.mjs';

const time = (column) => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

// The rows by the slug of their room, in the order of the counter: {id, seq, target_seq, changed_seq, content,
// client_id, author, deleted, inserted_at, updated_at}. A row with target_seq is the record of a change.
export async function readLogs(postgres, slugs) {
    const rows = await sql(
        postgres,
        `SELECT json_build_object(
             'slug', r.slug, 'id', m.room_id || '-' || m.seq, 'seq', m.seq, 'target_seq', m.target_seq,
             'changed_seq', m.changed_seq, 'content', m.content, 'client_id', m.client_id, 'author', m.author_id,
             'deleted', m.deleted_at IS NOT NULL, 'inserted_at', ${time('m.inserted_at')},
             'updated_at', ${time('m.updated_at')})
         FROM rooms r JOIN messages m ON m.room_id = r.id ORDER BY r.id, m.seq;`,
    );
    const logs = new Map(slugs.map((slug) => [slug, []]));
    for (const [text] of rows) {
        const { slug, ...row } = JSON.parse(text);
        logs.get(slug)?.push(row);
    }
    return logs;
}

// How far the counters stand, by slug.
export async function readCounters(postgres) {
    const rows = await sql(
        postgres,
        'SELECT r.slug, max(m.seq) FROM rooms r JOIN messages m ON m.room_id = r.id GROUP BY r.slug;',
    );
    return new Map(rows.map(([slug, seq]) => [slug, Number(seq)]));
}
