// A PostgreSQL of a test's own, for what must not be done to the private one of a server: stopped, killed, frozen,
// full. It listens on a unix socket alone, in a directory that goes away with the test; sql() of database.mjs
// talks to it as to the private one. As root it runs as the system user of the private one.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { sql } from './database.mjs';
import { temporaryDirectory } from './server.mjs';
import { until, within } from './wait.mjs';

const installed = '/usr/lib/postgresql';
const startMs = 30_000;

// The directory of the programs: as the server finds it.
function programs() {
    if (process.env.ROOST_POSTGRES_BIN) return process.env.ROOST_POSTGRES_BIN;
    const found = ['17', '16', '15']
        .map((version) => join(installed, version, 'bin'))
        .find((directory) => existsSync(join(directory, 'postgres')));
    assert.ok(found, `no PostgreSQL in ${installed}`);
    return found;
}

const isRoot = process.getuid() === 0;
const idOf = (flag) => Number(execFileSync('id', [flag, 'roost'], { encoding: 'utf8' }));

// A command as PostgreSQL's user, which ends with this process even when this process is killed.
function asItsUser(command, ...args) {
    const user = isRoot ? [`--reuid=${idOf('-u')}`, `--regid=${idOf('-g')}`, '--clear-groups'] : [];
    return ['setpriv', [...user, '--pdeathsig=QUIT', command, ...args]];
}

// Null when it has ended, though nobody may have asked how.
function parentOf(pid) {
    try {
        const status = readFileSync(`/proc/${pid}/status`, 'utf8');
        return /^State:\s+Z/m.test(status) ? null : Number(/^PPid:\s+(\d+)/m.exec(status)[1]);
    } catch {
        return null;
    }
}

export class Postgres {
    log = '';
    #child = null;

    // Running, with an empty database. `settings` are further ones, as postgresql.conf names them.
    static async start(settings = {}) {
        const postgres = new Postgres();
        postgres.settings = settings;
        postgres.dataDir = temporaryDirectory();
        postgres.cluster = join(postgres.dataDir, 'postgres');
        mkdirSync(postgres.cluster, { mode: 0o700 });
        if (isRoot) chownSync(postgres.cluster, idOf('-u'), idOf('-g'));
        const how = ['--username=roost', '--locale=C', '--encoding=UTF8', '--auth=trust', '--no-sync'];
        // Small segments of its own log, so that a limit for the size of its files can hit the tables first.
        const made = asItsUser(join(programs(), 'initdb'), '-D', postgres.cluster, ...how, '--wal-segsize=1');
        execFileSync(...made, { cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] });
        const alone = asItsUser(join(programs(), 'postgres'), '--single', '-D', postgres.cluster, 'postgres');
        execFileSync(...alone, { cwd: '/', input: 'CREATE DATABASE roost;\n', stdio: ['pipe', 'ignore', 'pipe'] });
        await postgres.restart();
        return postgres;
    }

    // Starts it when it does not run, and waits until it lets in.
    async restart() {
        const settings = {
            listen_addresses: '',
            unix_socket_directories: this.cluster,
            fsync: 'off', // nothing here outlives the machine
            huge_pages: 'off',
            shared_buffers: '32MB',
            ...this.settings,
        };
        const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
        const [command, words] = asItsUser(join(programs(), 'postgres'), '-D', this.cluster, ...args);
        this.#child = spawn(command, words, { cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] });
        this.#child.stderr.on('data', (bytes) => (this.log += bytes));
        this.exited = new Promise((done) => this.#child.once('exit', done));
        const letsIn = () => {
            if (this.#child.exitCode !== null) throw new Error(`PostgreSQL did not start\n${this.log}`);
            return sql(this, 'SELECT 1;').then(
                () => true,
                () => false,
            );
        };
        await until(letsIn, 'PostgreSQL to let in', startMs);
    }

    get socketPath() {
        return join(this.cluster, '.s.PGSQL.5432');
    }

    // A DATABASE_URL that leads to it directly.
    get url() {
        return `postgres://roost@/roost?host=${encodeURIComponent(this.cluster)}`;
    }

    get pid() {
        return this.#child.pid;
    }

    isRunning() {
        return this.#child.exitCode === null && this.#child.signalCode === null;
    }

    // "fast" ends what is under way; "immediate" leaves the next start something to recover.
    async stop(mode = 'fast') {
        if (!this.isRunning()) return;
        this.#child.kill({ fast: 'SIGINT', immediate: 'SIGQUIT' }[mode]);
        await within(this.exited, `PostgreSQL to stop\n${this.log}`);
    }

    // The postmaster dies as in a power cut; its children notice and end.
    async kill9() {
        const children = this.children();
        this.#child.kill('SIGKILL');
        await within(this.exited, 'the killed PostgreSQL to be gone');
        const isGone = (pid) => parentOf(pid) === null;
        await until(() => children.every(isGone), 'the children of the killed PostgreSQL to be gone');
    }

    children() {
        const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
        return pids.map(Number).filter((pid) => parentOf(pid) === this.pid);
    }

    // The processes of the connections to the database.
    async backends() {
        const mine = "datname = 'roost' AND pid <> pg_backend_pid() AND backend_type = 'client backend'";
        return (await sql(this, `SELECT pid FROM pg_stat_activity WHERE ${mine};`)).map(([pid]) => Number(pid));
    }

    // No file may grow past so many bytes: for the connections there are and those to come. An ordinary user may
    // set this for processes of the same user.
    async limitFiles(bytes) {
        for (const pid of [this.pid, ...(await this.backends())]) {
            const made = asItsUser('prlimit', `--pid=${pid}`, `--fsize=${bytes}:`);
            execFileSync(...made, { stdio: ['ignore', 'ignore', 'pipe'] });
        }
    }
}

// One connection that does nothing but be there. Rejects when PostgreSQL refuses it, with the SQLSTATE.
export function idleConnection(postgres) {
    const socket = connect(postgres.socketPath);
    const parameters = Buffer.from('user\0roost\0database\0roost\0\0');
    const head = Buffer.alloc(8);
    head.writeUInt32BE(8 + parameters.length, 0);
    head.writeUInt32BE(196_608, 4); // version 3.0
    const ready = Buffer.from('Z\0\0\0\x05I', 'latin1');
    const answer = new Promise((resolve, reject) => {
        let received = Buffer.alloc(0);
        socket.on('error', reject);
        socket.on('data', (bytes) => {
            received = Buffer.concat([received, bytes]);
            const refused = /\0C(\w{5})\0/.exec(received.toString('latin1'));
            if (received[0] === 'E'.charCodeAt(0) && refused) reject(new Error(refused[1]));
            if (received.includes(ready)) resolve(socket);
        });
    });
    socket.write(Buffer.concat([head, parameters]));
    return within(answer, 'PostgreSQL to answer a connection').catch((error) => {
        socket.destroy();
        throw error;
    });
}
