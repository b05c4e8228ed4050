// SQL on the private PostgreSQL of a running server, for what no client can bring about: time that has passed.
// As the server itself it goes through the unix socket that the cluster names in its postmaster.pid.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { within } from './wait.mjs';

const installed = '/usr/lib/postgresql';
const separator = '\u001f';

// psql of the newest installed PostgreSQL: a newer one talks to an older server.
function psql() {
    const versions = existsSync(installed) ? readdirSync(installed).map(Number).filter(Number.isInteger) : [];
    const found = versions
        .sort((a, b) => b - a)
        .map((version) => join(installed, String(version), 'bin/psql'))
        .find(existsSync);
    return found ?? 'psql';
}

function socketDirectory(server) {
    const lines = readFileSync(join(server.dataDir, 'postgres/postmaster.pid'), 'utf8').split('\n');
    assert.ok(lines[4]?.startsWith('/'), 'postmaster.pid names the directory of the socket');
    return lines[4];
}

// The rows of the last statement, each a list of texts. `values` stand in the text as :'name', which psql
// replaces by a quoted text.
export async function sql(server, text, values = {}) {
    const args = ['-X', '-q', '-A', '-t', '-F', separator, '-v', 'ON_ERROR_STOP=1'];
    for (const [name, value] of Object.entries(values)) args.push('-v', `${name}=${value}`);
    args.push('-h', socketDirectory(server), '-p', '5432', '-U', 'roost', '-d', 'roost', '-f', '-');
    const child = spawn(psql(), args, { env: { PATH: process.env.PATH }, stdio: ['pipe', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (bytes) => (stdout += bytes));
    child.stderr.on('data', (bytes) => (stderr += bytes));
    const ended = new Promise((resolve, reject) => {
        child.once('error', reject);
        child.once('close', resolve);
    });
    child.stdin.on('error', () => {}); // it may end without reading
    child.stdin.end(text);
    try {
        assert.equal(await within(ended, 'psql to end'), 0, stderr);
    } finally {
        child.kill('SIGKILL');
    }
    return stdout
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => line.split(separator));
}

// Changes what must be there: an UPDATE that finds no row is a mistake of the test.
async function update(server, text, values) {
    const rows = await sql(server, `${text} RETURNING 1;`, values);
    assert.notEqual(rows.length, 0, `nothing to change: ${text}`);
}

// As if the tokens of the session that have been used had been used so much earlier.
export function ageFirstUse(server, sid, seconds) {
    return update(
        server,
        `UPDATE refresh_tokens SET first_used_at = first_used_at - :'age'::interval
         WHERE session_id = :'sid'::uuid AND first_used_at IS NOT NULL`,
        { sid, age: `${seconds} seconds` },
    );
}

// As if the session had been opened so long ago: all its refresh tokens come that much closer to their end.
export async function ageSession(server, sid, seconds) {
    const values = { sid, age: `${seconds} seconds` };
    await update(
        server,
        `UPDATE refresh_tokens SET inserted_at = inserted_at - :'age'::interval,
                                   expires_at = expires_at - :'age'::interval
         WHERE session_id = :'sid'::uuid`,
        values,
    );
    await update(
        server,
        `UPDATE sessions SET inserted_at = inserted_at - :'age'::interval,
                             expires_at = expires_at - :'age'::interval
         WHERE id = :'sid'::uuid`,
        values,
    );
}
