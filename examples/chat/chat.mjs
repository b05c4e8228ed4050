// A chat in the terminal, on the official Phoenix client and nothing else of ours.
//
//     node chat.mjs [e-mail [password]]      environment: ROOST_URL, ROOM
//
// What is typed is stored before it is acknowledged; when the server goes away, the client comes back by
// itself, and a line that was not acknowledged is sent again under the same client_id: stored once.
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { Socket } from 'phoenix';
import WebSocket from 'ws';

const [email = 'demo@example.com', password = 'password123'] = process.argv.slice(2);
const url = process.env.ROOST_URL ?? 'http://127.0.0.1:3000';
const room = process.env.ROOM ?? 'lobby';

async function logIn() {
    const response = await fetch(new URL('/api/auth/login', url), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email, password }),
    });
    if (!response.ok) throw new Error((await response.json()).detail);
    return response.json();
}

const { user, token } = await logIn().catch((error) => {
    console.error(`Cannot log in at ${url} as ${email}: ${error.cause?.code ?? error.message}`);
    process.exit(1);
});

const lines = createInterface({ input: process.stdin, output: process.stdout, prompt: '> ' });
function print(text) {
    process.stdout.write(`\r\x1b[K${text}\n`);
    lines.prompt(true);
}

// What a terminal would take for commands stays out of it.
const plain = (text) => text.replace(/[\x00-\x1f\x7f-\x9f]/g, ' ');

let shown = 0;
function show(message) {
    if (message.seq <= shown) return;
    shown = message.seq;
    const time = new Date(message.inserted_at).toLocaleTimeString();
    print(`${time}  ${plain(message.user.name)}: ${plain(message.content)}`);
}

const socket = new Socket(url.replace(/^http/, 'ws') + '/socket', { params: { token }, transport: WebSocket });
socket.onError(() => print('-- the server is away; trying again'));
socket.connect();

const channel = socket.channel(`messages:${room}`);
channel.on('messages_history', ({ messages }) => messages.forEach(show));
channel.on('new_message', ({ message }) => show(message));
channel
    .join()
    .receive('ok', () => print(`-- ${user.name} is in ${room}; type, or Ctrl-D to leave`))
    .receive('error', ({ reason }) => print(`-- cannot join ${room}: ${reason}`));

function post(content, client_id = randomUUID()) {
    const again = () => setTimeout(() => post(content, client_id), 1000);
    channel
        .push('new_message', { content, client_id })
        .receive('error', ({ reason }) => (reason === 'unavailable' ? again() : print(`-- not sent: ${reason}`)))
        .receive('timeout', again);
}

lines.on('line', (line) => {
    if (line.trim()) post(line);
    lines.prompt();
});
lines.on('close', () => process.exit(0));
lines.prompt();
