// One command of the program under test, run to its end: in a working directory of its own, for it reads its
// settings file there, with standard input, or in a terminal.
import { spawn } from 'node:child_process';
import { assertSanitizersSilent, binary, cleanEnvironment } from './server.mjs';
import { until, within } from './wait.mjs';

// `input` is all of standard input. The end: {code, signal, stdout, stderr}.
export async function command(args, { env = {}, cwd, input = '', ms = 60_000 } = {}) {
    const child = spawn(binary(), args, { env: cleanEnvironment(env), cwd });
    const end = { stdout: '', stderr: '' };
    child.stdout.on('data', (bytes) => (end.stdout += bytes));
    child.stderr.on('data', (bytes) => (end.stderr += bytes));
    child.stdin.on('error', () => {}); // it may end without reading
    child.stdin.end(input);
    const closed = new Promise((done) => child.once('close', (code, signal) => done({ code, signal })));
    try {
        Object.assign(end, await within(closed, `roost ${args.join(' ')} to end`, ms));
    } finally {
        child.kill('SIGKILL');
    }
    assertSanitizersSilent(end.stderr);
    return end;
}

// The command in a terminal, by `script` of util-linux. `dialogue` is what to type when: pairs of how the output ends
// and an answer. The end: {code, screen}.
export async function terminalCommand(args, dialogue, { env = {}, ms = 60_000 } = {}) {
    const words = [binary(), ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`);
    // In the shell's place, or the shell would take Ctrl-C as well.
    const options = ['--quiet', '--return', '--command', `exec ${words.join(' ')}`, '/dev/null'];
    const child = spawn('script', options, { env: cleanEnvironment({ ...env, SHELL: '/bin/sh' }) });
    child.stdin.on('error', () => {}); // it may end without reading
    let screen = '';
    child.stdout.on('data', (bytes) => (screen += bytes));
    const closed = new Promise((done) => child.once('close', (code) => done(code)));
    try {
        for (const [question, answer] of dialogue) {
            const isAsked = () => screen.endsWith(question) || child.exitCode !== null;
            await until(isAsked, `the terminal to say ${question}`, ms);
            child.stdin.write(answer);
            const before = screen;
            await until(() => screen !== before || child.exitCode !== null, 'the answer to be taken', ms);
        }
        const code = await within(closed, `roost ${args.join(' ')} to end`, ms);
        assertSanitizersSilent(screen);
        return { code, screen };
    } finally {
        child.kill('SIGKILL');
    }
}
