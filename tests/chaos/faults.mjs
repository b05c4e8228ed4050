// What can go wrong with the server and its database. A fault is over when whatever it hit runs again; what it hit
// is named by its kind. `victims` are {api, gateway, postgres}; `holdMs` and `share` come from the plan.
import { sql } from '../node/support/database.mjs';
import { Api } from '../node/support/http.mjs';
import { until } from '../node/support/wait.mjs';
import { pause } from './random.mjs';

// One of them, or all: by the share.
function some(list, share) {
    if (share < 0.5) return list;
    return list.slice(Math.floor((share - 0.5) * 2 * list.length)).slice(0, 1);
}

// Whether there is still such a process to get the signal.
function signal(pid, name) {
    try {
        return process.kill(pid, name);
    } catch (error) {
        if (error.code !== 'ESRCH') throw error;
        return false;
    }
}

async function frozen(pids, act) {
    for (const pid of pids) signal(pid, 'SIGSTOP');
    try {
        return await act();
    } finally {
        for (const pid of pids) signal(pid, 'SIGCONT');
    }
}

async function down({ end, start }, holdMs) {
    await end();
    await pause(holdMs);
    await start();
}

const killed = (victim) => ({ end: () => victim.kill9(), start: () => victim.restart() });
const stopped = (victim, mode) => ({ end: () => victim.stop(mode), start: () => victim.restart() });

// Ends these connections as an administrator would.
const terminate = (postgres, pids) =>
    sql(postgres, `SELECT pg_terminate_backend(pid) FROM unnest(:'pids'::int[]) AS pid;`, {
        pids: `{${pids}}`,
    });

export const faults = {
    'API killed': ({ api }, { holdMs }) => down(killed(api), holdMs),
    'API stopped': ({ api }, { holdMs }) => down(stopped(api), holdMs),
    'API frozen': ({ api }, { holdMs }) => frozen([api.child.pid], () => pause(holdMs)),
    'gateway killed': ({ gateway }, { holdMs }) => down(killed(gateway), holdMs),
    'postmaster killed': ({ postgres }, { holdMs }) => down(killed(postgres), holdMs),
    'PostgreSQL stopped, immediate': ({ postgres }, { holdMs }) =>
        down(stopped(postgres, 'immediate'), holdMs),
    'PostgreSQL stopped, fast': ({ postgres }, { holdMs }) => down(stopped(postgres, 'fast'), holdMs),
    'connections terminated': async ({ postgres }, { share }) =>
        terminate(postgres, some(await postgres.backends(), share)),
    'backends frozen': async ({ postgres }, { holdMs, share }) =>
        frozen(some(await postgres.backends(), share), () => pause(holdMs)),
    // PostgreSQL then ends all its backends and recovers by itself.
    'backend killed': async ({ api, postgres }) => {
        const pids = await postgres.backends();
        signal(pids[0], 'SIGKILL');
        await until(() => !pids.some((pid) => signal(pid, 0)), 'all backends to be gone', 30_000);
        const answersAgain = async () => (await new Api(api.url).get('/health/ready')).status === 200;
        await until(answersAgain, 'PostgreSQL to answer the API again', 30_000);
    },
    'API and postmaster killed': async ({ api, postgres }, { holdMs }) => {
        await Promise.all([api.kill9(), postgres.kill9()]);
        await pause(holdMs);
        await postgres.restart();
        await api.restart();
    },
    // It wakes up to connections that are dead.
    'API frozen, postmaster killed': ({ api, postgres }, { holdMs }) =>
        frozen([api.child.pid], async () => {
            await postgres.kill9();
            await pause(holdMs);
            await postgres.restart();
        }),
    'API stopped while PostgreSQL is away': async ({ api, postgres }, { holdMs }) => {
        await postgres.stop('immediate');
        await pause(holdMs);
        await api.stop();
        await postgres.restart();
        await api.restart();
    },
    'API killed, and again as it starts': async ({ api }, { share }) => {
        await api.kill9();
        const started = api.restart();
        started.catch(() => {}); // it is killed meanwhile, or has just started
        await pause(share * 200);
        await api.kill9();
        await started.catch(() => {});
        await api.restart();
    },
    // What the killed one had sent lands when its successor may have begun to write: unless it has to wait for
    // what they hold.
    'API killed, its backends frozen': async ({ api, postgres }, { holdMs }) => {
        const { started } = await frozen(await postgres.backends(), async () => {
            await pause(100);
            await api.kill9();
            const started = api.restart();
            started.catch(() => {}); // seen below
            await pause(holdMs);
            return { started };
        });
        await started;
    },
};
